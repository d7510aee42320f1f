{{ config(materialized='table') }}

with

timeline as (
    select
        org_id,
        conversation_id,
        user_id,
        stream,
        event_id,
        occurred_at,
        sequence,
        event_type,
        case when event_type = 'locked' then event_id end as lock_event_id
    from {{ ref('int_lock_timeline') }}
    union all
    select org_id, conversation_id, assignee_id, 'conversation_events', event_id, occurred_at, sequence, 'assigned', null
    from {{ ref('stg_conversation_events') }}
    where event_type = 'assigned' and assignee_id is not null
),

sessions as (
    select * from {{ ref('int_lock_sessions') }}
),

placed as (
    select
        timeline.org_id,
        timeline.event_id,
        timeline.event_type,
        last_value(case when timeline.event_type not in ('replied', 'assigned') then timeline.event_type end ignore nulls) over before as previous_event_type,
        last_value(sessions.lock_session_id ignore nulls) over before as lock_session_id,
        last_value(case when timeline.event_type = 'assigned' then timeline.occurred_at end ignore nulls) over before as assigned_at
    from timeline
    left join sessions on timeline.org_id = sessions.org_id and timeline.lock_event_id = sessions.lock_session_id
    window before as (
        partition by timeline.org_id, timeline.conversation_id, timeline.user_id
        order by timeline.occurred_at, timeline.sequence nulls last, timeline.event_id, timeline.stream
        rows between unbounded preceding and 1 preceding
    )
),

replies as (
    select
        org_id,
        event_id,
        assigned_at,
        case when previous_event_type = 'locked' then lock_session_id end as lock_session_id
    from placed
    where event_type = 'replied'
),

-- A lock session without an end within 24 hours is abandoned and claims nothing.
claimed as (
    select
        replies.org_id,
        replies.event_id,
        coalesce(case when sessions.ended_at is not null then sessions.started_at end, replies.assigned_at) as claimed_at
    from replies
    left join sessions using (org_id, lock_session_id)
)

select
    org_id,
    event_id,
    claimed_at
from claimed
where claimed_at is not null
