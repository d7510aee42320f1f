{# The first message of each turn: the contact's side and the agents take turns, and all else is passed over. #}
with

spoken as (
    select
        *,
        lag(message_role) over (
            partition by org_id, conversation_id
            order by created_at, sequence nulls last, event_id
        ) as previous_role
    from {{ ref('int_case_messages') }}
    where message_role in ('inbound', 'human_reply')
)

select
    org_id,
    conversation_id,
    message_id,
    created_at,
    user_id,
    message_role,
    lag(message_id) over conversation_order as previous_message_id,
    lag(created_at) over conversation_order as previous_created_at,
    row_number() over conversation_order as turn_number
from spoken
where message_role is distinct from previous_role
window conversation_order as (partition by org_id, conversation_id order by created_at, sequence nulls last, event_id)
