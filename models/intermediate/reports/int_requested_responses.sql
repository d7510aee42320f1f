with

sent as (
    select
        responses.*,
        request.business_hour_type
    from {{ ref('care_responses') }} as responses
    inner join {{ ref('request') }} as request
        on responses.sent_at >= request.window_start
        and responses.sent_at < request.window_end
        and (request.org_id is null or responses.org_id = request.org_id)
)

{# Opening hours are for the reports to test: one asks when the post came, another when the response was sent. #}
select
    sent.*,
    conversations.channel_id,
    conversations.medium as network,
    conversations.conversation_url,
    conversations.priority,
    conversations.queue_id
from sent
inner join {{ ref('int_matching_conversations') }} as conversations using (org_id, conversation_id)
