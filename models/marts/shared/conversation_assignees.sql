with

given as (
    select org_id, conversation_id, occurred_at as set_at, sequence, event_id, assignee_id, assignee_team_id
    from {{ ref('stg_conversation_events') }}
    where event_type = 'assigned'
)

select
    org_id,
    conversation_id,
    event_id,
    sequence,
    assignee_id,
    lag(assignee_id) over conversation_order as previous_assignee_id,
    assignee_team_id,
    set_at,
    lead(set_at) over conversation_order as replaced_at
from given
window conversation_order as (
    partition by org_id, conversation_id
    order by set_at, sequence nulls last, event_id
)
