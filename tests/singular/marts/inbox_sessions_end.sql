-- A failure means that an inbox session ends before it begins, goes on after the latest event, has time beyond its logout, or has more than 24
-- hours of it without an exit of its own.
select sessions.*
from {{ ref('inbox_sessions') }} as sessions
left join {{ ref('int_inbox_session_entries') }} as entries using (org_id, inbox_session_id)
left join {{ ref('orgs') }} as orgs using (org_id)
where
    coalesce(sessions.ended_at < sessions.entered_at, true)
    or coalesce(sessions.ended_at > orgs.latest_event_at, true)
    or sessions.left_at <> sessions.ended_at
    or entries.left_at is not null and sessions.left_at is distinct from entries.left_at
    or entries.left_at is null and {{ seconds_between('sessions.entered_at', 'sessions.ended_at') }} > 86400
