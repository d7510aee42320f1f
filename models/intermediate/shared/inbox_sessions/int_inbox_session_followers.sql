with

entries as (
    select
        *,
        lead(entered_at) over (
            partition by org_id, user_id, inbox_id
            order by entered_at, sequence nulls last, event_id
        ) as entered_again_at
    from {{ ref('int_inbox_session_entries') }}
),

timeline as (
    select org_id, user_id, entered_at as occurred_at, sequence, event_id, 'inbox_session_events' as stream, inbox_session_id, null as offline_at
    from entries
    union all
    select org_id, user_id, occurred_at, sequence, event_id, 'presence_events' as stream, null as inbox_session_id, occurred_at as offline_at
    from {{ ref('stg_presence_events') }}
    where presence = 'offline'
),

absences as (
    select
        org_id,
        inbox_session_id,
        min(offline_at) over (
            partition by org_id, user_id
            order by occurred_at, sequence nulls last, event_id, stream
            rows between 1 following and unbounded following
        ) as offline_at
    from timeline
)

-- `least` ignores nulls.
select
    entries.org_id,
    entries.inbox_session_id,
    least(entries.entered_again_at, absences.offline_at) as followed_at
from entries
inner join absences using (org_id, inbox_session_id)
