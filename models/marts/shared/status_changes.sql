with

changes as (
    select * from {{ ref('int_status_changes') }}
),

resolutions as (
    select * from {{ ref('int_sparkcentral_resolutions') }}
)

select
    changes.org_id,
    changes.event_id as status_change_id,
    changes.conversation_id,
    changes.status,
    changes.previous_status,
    changes.actor_type,
    changes.actor_id,
    changes.team_id,
    changes.resolved_by,
    changes.resolve_trigger,
    changes.resolve_reason,
    changes.resolve_comment,
    changes.change_number,
    changes.resolution_number,
    resolutions.resolution_time_s,
    resolutions.has_reply,
    changes.changed_at,
    changes.next_changed_at
from changes
left join resolutions using (org_id, event_id)
