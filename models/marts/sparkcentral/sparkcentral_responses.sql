select
    org_id,
    conversation_id,
    started_by,
    handover_reason,
    inbound_message_id,
    outbound_message_id,
    replying_agent_id,
    team_id,
    {{ seconds_between('from_at', 'to_at') }} as agent_response_time_s,
    from_at,
    to_at
from {{ ref('int_sparkcentral_responses') }}
