with

given as (
    select org_id, conversation_id, created_at as set_at, sequence, event_id, priority
    from {{ ref('int_conversation_creations') }}
    where priority between 0 and 5
    union all
    select org_id, conversation_id, occurred_at, sequence, event_id, priority
    from {{ ref('stg_conversation_events') }}
    where event_type = 'priority_set'
)

select
    org_id,
    conversation_id,
    event_id,
    sequence,
    priority,
    lag(priority) over conversation_order as previous_priority,
    set_at,
    lead(set_at) over conversation_order as replaced_at
from given
window conversation_order as (
    partition by org_id, conversation_id
    order by set_at, sequence nulls last, event_id
)
