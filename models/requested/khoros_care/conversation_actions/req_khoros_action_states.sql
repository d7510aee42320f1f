with

actions as (
    select * from {{ ref('req_khoros_actions') }}
),

acted as (
    select distinct org_id, conversation_id
    from actions
),

-- The change that an action's own event makes comes before the action, so the state is the one just after it.
timeline as (
    select
        org_id, conversation_id, stream, event_id, occurred_at, sequence, true as is_action,
        null::bigint as priority, null::varchar as queue_id, 0 as tag_step
    from actions
    union all
    select org_id, conversation_id, 'conversation_events', event_id, set_at, sequence, false, priority, null, 0
    from {{ ref('conversation_priorities') }}
    inner join acted using (org_id, conversation_id)
    union all
    select org_id, conversation_id, 'conversation_events', event_id, set_at, sequence, false, null, queue_id, 0
    from {{ ref('conversation_queues') }}
    inner join acted using (org_id, conversation_id)
    union all
    select org_id, conversation_id, 'tag_events', event_id, occurred_at, sequence, false, null, null, step
    from {{ ref('req_khoros_filtered_tag_changes') }}
    inner join acted using (org_id, conversation_id)
),

states as (
    select
        org_id,
        conversation_id,
        stream,
        event_id,
        is_action,
        last_value(priority ignore nulls) over so_far as priority,
        last_value(queue_id ignore nulls) over so_far as queue_id,
        sum(tag_step) over so_far as tags_in_force
    from timeline
    window so_far as (
        partition by org_id, conversation_id
        order by occurred_at, sequence nulls last, event_id, stream, is_action
        rows between unbounded preceding and current row
    )
)

select
    actions.*,
    states.priority,
    states.queue_id,
    states.tags_in_force
from actions
inner join states using (org_id, stream, event_id)
where states.is_action
