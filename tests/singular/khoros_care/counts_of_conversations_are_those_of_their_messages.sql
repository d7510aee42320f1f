-- A failure means that posts, responses or handle time of a conversation differ from those of its messages: posts are the
-- messages of its contacts, responses its outbound messages, by agents and by others, and its handle time is the sum over its
-- responses.
with

response_totals as (
    select
        org_id,
        conversation_id,
        sum(handle_time_s) as handle_time_s
    from {{ ref('khoros_responses') }}
    group by org_id, conversation_id
)

select
    reported.org_id,
    reported.conversation_id,
    reported.incoming_posts,
    conversations.inbound_messages,
    reported.responses,
    conversations.outbound_messages,
    reported.handle_time,
    response_totals.handle_time_s
from {{ ref('khoros_care__conversation') }} as reported
inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
left join response_totals using (org_id, conversation_id)
where
    reported.incoming_posts is distinct from conversations.inbound_messages
    or reported.responses is distinct from conversations.outbound_messages
    or reported.responses is distinct from reported.agent_responses + reported.bot_responses
    or reported.handle_time is distinct from coalesce(response_totals.handle_time_s, 0)
