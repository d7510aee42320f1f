-- System messages are not counted, but first_message_at can be the time of one.
select
    org_id,
    conversation_id,
    min(created_at) as first_message_at,
    count(*) filter (where message_role in ('human_reply', 'bot_reply', 'other_outbound')) as messages_sent,
    count(*) filter (where message_role in ('contact', 'other_inbound')) as messages_received,
    count(*) filter (where message_role = 'human_reply') > 0 as has_human_reply,
    count(*) filter (where message_role = 'bot_reply') > 0 as has_bot_reply
from {{ ref('int_tracebuzz_case_messages') }}
group by org_id, conversation_id
