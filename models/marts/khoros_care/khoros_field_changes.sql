with

events as (
    select * from {{ ref('stg_conversation_events') }}
    where event_type in ('status_changed', 'queue_changed', 'assigned', 'priority_set', 'snoozed')
)

-- A status event that repeats the current status is no status change: its old value is the status itself.
select
    events.org_id,
    events.conversation_id,
    'conversation_events' as stream,
    events.event_id,
    events.occurred_at,
    events.sequence,
    upper(events.event_type) as action_type,
    events.actor_type,
    events.actor_id,
    case events.event_type
        when 'queue_changed' then queues.previous_queue_id
        when 'assigned' then assignees.previous_assignee_id
        when 'priority_set' then priorities.previous_priority::varchar
    end as old_value,
    case events.event_type
        when 'queue_changed' then events.queue_id
        when 'assigned' then events.assignee_id
        when 'priority_set' then events.priority::varchar
    end as new_value,
    case when events.event_type = 'status_changed' then 'status_' || coalesce(status_changes.previous_status, events.status) end as old_code,
    case when events.event_type = 'status_changed' then 'status_' || events.status end as new_code,
    case when events.event_type = 'snoozed' then snoozes.previous_snoozed_until end as old_instant,
    case when events.event_type = 'snoozed' then events.snoozed_until end as new_instant,
    case when events.event_type = 'status_changed' then events.resolve_comment end as note
from events
left join {{ ref('status_changes') }} as status_changes
    on events.org_id = status_changes.org_id and events.event_id = status_changes.status_change_id
left join {{ ref('conversation_queues') }} as queues
    on events.org_id = queues.org_id and events.event_id = queues.event_id
left join {{ ref('conversation_assignees') }} as assignees
    on events.org_id = assignees.org_id and events.event_id = assignees.event_id
left join {{ ref('conversation_priorities') }} as priorities
    on events.org_id = priorities.org_id and events.event_id = priorities.event_id
left join {{ ref('conversation_snoozes') }} as snoozes
    on events.org_id = snoozes.org_id and events.event_id = snoozes.event_id
