{# Turns alternate, so that every second one closes a pair, whoever had the first. #}
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
from {{ ref('int_case_turns') }}
where message_role = 'human_reply' and previous_message_id is not null
