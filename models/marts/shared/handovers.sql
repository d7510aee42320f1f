select
    org_id,
    event_id as handover_id,
    conversation_id,
    virtual_agent_id,
    handover_reason,
    occurred_at as handed_over_at
from {{ ref('stg_conversation_events') }}
where event_type = 'handed_over'
