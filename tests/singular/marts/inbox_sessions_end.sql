-- A failure means that an inbox session ends before it begins, continues after the latest event, has time after its logout, or lasts more than 24
-- hours without an exit.
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
