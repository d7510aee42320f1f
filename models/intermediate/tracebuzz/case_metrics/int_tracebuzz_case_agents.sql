-- Every user who was ever assigned to a case, locked it, or replied in it.
select
    org_id,
    conversation_id,
    assignee_id as user_id,
    true as is_assignment,
    false as is_lock,
    false as is_reply
from {{ ref('stg_conversation_events') }}
where event_type = 'assigned' and assignee_id is not null
union all
select org_id, conversation_id, user_id, false, true, false
from {{ ref('stg_lock_events') }}
where event_type = 'locked'
union all
select org_id, conversation_id, user_id, false, false, true
from {{ ref('int_tracebuzz_case_messages') }}
where message_role in ('human_reply', 'bot_reply') and user_id is not null
