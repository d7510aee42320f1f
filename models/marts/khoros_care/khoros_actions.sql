with

actions as (
    select
        org_id, conversation_id, stream, event_id, occurred_at, sequence, action_type,
        actor_type, actor_id, null::varchar as named_agent_id, null::varchar as silent_actor_type,
        old_value, new_value, old_code, new_code, old_instant, new_instant, note
    from {{ ref('khoros_field_changes') }}
    union all
    select
        org_id, conversation_id, stream, event_id, occurred_at, sequence, action_type,
        actor_type, actor_id, named_agent_id, silent_actor_type,
        old_value, new_value, null, new_code, null, null, note
    from {{ ref('int_khoros_event_actions') }}
)

-- The actor that an event states comes first; without one, the agent whom the event names is the actor.
select
    org_id,
    conversation_id,
    stream,
    event_id,
    occurred_at,
    sequence,
    action_type,
    case
        when actor_type in ('agent', 'virtual_agent', 'contact', 'automation', 'bulk', 'system') then upper(actor_type)
        when actor_type is null and named_agent_id is not null then 'AGENT'
        when actor_type is null then silent_actor_type
    end as actor_type,
    case
        when actor_type in ('agent', 'bulk') then coalesce(actor_id, named_agent_id)
        when actor_type is null then named_agent_id
    end as agent_id,
    old_value,
    new_value,
    old_code,
    new_code,
    old_instant,
    new_instant,
    note
from actions
