with

actions as (
    select * from {{ ref('int_tracebuzz_actions') }}
),

latest_messages as (
    select * from {{ ref('int_tracebuzz_latest_messages') }}
)

select
    actions.org_id,
    actions.stream || ':' || actions.event_id || ':' || actions.activity_code as activity_id,
    actions.conversation_id,
    coalesce(actions.message_id, latest_messages.message_id) as message_id,
    actions.user_id,
    actions.activity_code::bigint as activity_code,
    actions.subject,
    actions.duration_s,
    actions.acted_at,
    actions.delivered_at
from actions
left join latest_messages
    on actions.org_id = latest_messages.org_id
    and actions.conversation_id = latest_messages.conversation_id
    and actions.acted_at = latest_messages.acted_at
