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

-- Every conversation begins as New. An event that repeats the status is no change.
changes as (
    select * from statuses
    where status <> previous_status
)

select
    changes.org_id,
    changes.conversation_id,
    changes.event_id,
    changes.occurred_at as changed_at,
    changes.sequence,
    changes.status,
    changes.previous_status,
    lead(changes.occurred_at) over conversation_order as next_changed_at,
    row_number() over conversation_order as change_number,
    case when changes.status = 'resolved' then row_number() over status_order end as resolution_number,
    changes.actor_type,
    changes.actor_id,
    {{ acting_team('changes.team_id') }} as team_id,
    changes.resolved_by,
    changes.resolve_trigger,
    changes.resolve_reason,
    changes.resolve_comment
from changes
{{ join_own_team('changes.org_id', 'changes.actor_id', 'changes.actor_type') }}
window
    conversation_order as (
        partition by changes.org_id, changes.conversation_id
        order by changes.occurred_at, changes.sequence nulls last, changes.event_id
    ),
    status_order as (
        partition by changes.org_id, changes.conversation_id, changes.status
        order by changes.occurred_at, changes.sequence nulls last, changes.event_id
    )
