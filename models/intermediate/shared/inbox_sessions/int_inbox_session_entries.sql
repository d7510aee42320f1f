with

events as (
    select
        *,
        count(*) filter (where event_type = 'entered') over (
            partition by org_id, session_id
            order by occurred_at, sequence nulls last, event_id
            rows between unbounded preceding and current row
        ) as entry_number
    from {{ ref('stg_inbox_session_events') }}
),

exits as (
    select
        org_id,
        session_id,
        min(occurred_at) as left_at
    from events
    where event_type = 'left' and entry_number > 0
    group by org_id, session_id
)

select
    events.org_id,
    events.session_id as inbox_session_id,
    events.event_id,
    events.sequence,
    events.user_id,
    events.inbox_id,
    events.selected_tab,
    events.mode,
    events.occurred_at as entered_at,
    exits.left_at
from events
left join exits using (org_id, session_id)
where events.event_type = 'entered' and events.entry_number = 1
