{{ config(materialized='table') }}

with

statuses as (
    select
        *,
        lag(status, 1, 'new') over (
            partition by org_id, conversation_id
            order by occurred_at, sequence nulls last, event_id
        ) as previous_status
    from {{ ref('stg_conversation_events') }}
    where event_type = 'status_changed'
),

{# Every conversation begins as new; repeating a status is no change. #}
changes as (
    select * from statuses
    where status <> previous_status
)

select
    org_id,
    conversation_id,
    event_id,
    occurred_at as changed_at,
    sequence,
    status,
    previous_status,
    lead(occurred_at) over conversation_order as next_changed_at,
    row_number() over conversation_order as change_number,
    case when status = 'resolved' then row_number() over status_order end as resolution_number,
    actor_type,
    actor_id,
    team_id,
    resolved_by,
    resolve_trigger,
    resolve_reason,
    resolve_comment
from changes
window
    conversation_order as (partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id),
    status_order as (partition by org_id, conversation_id, status order by occurred_at, sequence nulls last, event_id)
