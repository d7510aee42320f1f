with

sent as (
    select
        responses.*,
        request.business_hour_type
    from {{ ref('khoros_responses') }} as responses
    inner join {{ ref('request') }} as request
        on responses.sent_at >= request.window_start
        and responses.sent_at < request.window_end
        and (request.org_id is null or responses.org_id = request.org_id)
)

-- Each report tests opening hours itself, either at the arrival of the post or at the sending of the response.
select
    sent.*,
    sent.medium as network
from sent
inner join {{ ref('req_khoros_filters') }} as filters on sent.org_id = filters.org_id
left join {{ ref('req_khoros_tagged_conversations') }} as tagged
    on sent.org_id = tagged.org_id and sent.conversation_id = tagged.conversation_id
where {{ passes_filters('filters', 'sent', 'tagged.conversation_id is not null') }}
