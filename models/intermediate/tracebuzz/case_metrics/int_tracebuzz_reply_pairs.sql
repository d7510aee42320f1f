{{ config(materialized='table') }}

with

spoken as (
    select
        *,
        lag(message_role) over (
            partition by org_id, conversation_id
            order by created_at, sequence nulls last, event_id
        ) as previous_role
    from {{ ref('int_tracebuzz_case_messages') }}
    where message_role in ('contact', 'human_reply')
),

-- The first message of each turn. Contacts and human agents take turns; all other messages are left out.
turns as (
    select
        *,
        lag(message_id) over conversation_order as previous_message_id,
        lag(created_at) over conversation_order as previous_created_at,
        row_number() over conversation_order as turn_number
    from spoken
    where message_role is distinct from previous_role
    window conversation_order as (partition by org_id, conversation_id order by created_at, sequence nulls last, event_id)
)

-- Turns alternate, so every second turn closes a pair, no matter who had the first.
select
    org_id,
    conversation_id,
    previous_message_id as inbound_message_id,
    message_id as outbound_message_id,
    user_id as replying_agent_id,
    turn_number // 2 as pair_number,
    {{ seconds_between('previous_created_at', 'created_at') }} as agent_response_time_s,
    previous_created_at as from_at,
    created_at as to_at
from turns
where message_role = 'human_reply' and previous_message_id is not null
