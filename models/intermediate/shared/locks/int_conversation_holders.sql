{{ config(materialized='table') }}

with

-- A session without an end is open for 24 hours at most, then it is abandoned.
open_sessions as (
    select
        sessions.org_id,
        sessions.conversation_id,
        sessions.user_id,
        row_number() over (
            partition by sessions.org_id, sessions.conversation_id
            order by sessions.started_at desc, sessions.lock_session_id desc
        ) as newest_first
    from {{ ref('int_lock_sessions') }} as sessions
    inner join {{ ref('int_orgs') }} as orgs using (org_id)
    where
        sessions.ended_at is null
        and {{ microseconds_between('sessions.started_at', 'orgs.latest_event_at') }} <= {{ one_day() }}
)

select
    org_id,
    conversation_id,
    user_id as holder_id
from open_sessions
where newest_first = 1
