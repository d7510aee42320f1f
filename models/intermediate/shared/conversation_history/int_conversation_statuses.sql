with

changes as (
    select * from {{ ref('int_status_changes') }}
),

-- Numbers the status changes of a conversation, newest first, among all changes and among those to Pending and Resolved.
ranked as (
    select
        *,
        row_number() over (
            partition by org_id, conversation_id, status <> 'new'
            order by change_number desc
        ) as settled_newest_first
    from changes
),

first_resolutions as (
    select * from changes
    where resolution_number = 1
),

last_settlements as (
    select * from ranked
    where status <> 'new' and settled_newest_first = 1
),

current_statuses as (
    select * from changes
    where next_changed_at is null
)

select
    current_statuses.org_id,
    current_statuses.conversation_id,
    current_statuses.status,
    current_statuses.changed_at as status_changed_at,
    last_settlements.actor_type as last_status_change_actor_type,
    last_settlements.actor_id as last_status_change_actor_id,
    last_settlements.team_id as last_status_change_team_id,
    first_resolutions.changed_at as first_resolved_at,
    first_resolutions.actor_type as first_resolved_actor_type,
    first_resolutions.actor_id as first_resolved_actor_id,
    first_resolutions.team_id as first_resolved_team_id,
    first_resolutions.resolved_by,
    first_resolutions.resolve_trigger,
    first_resolutions.resolve_reason,
    first_resolutions.resolve_comment
from current_statuses
left join last_settlements using (org_id, conversation_id)
left join first_resolutions using (org_id, conversation_id)
