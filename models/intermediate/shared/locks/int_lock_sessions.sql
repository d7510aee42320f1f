{{ config(materialized='table') }}

with

sessions as (
    select
        *,
        case when {{ microseconds_between('locked_at', 'ended_at') }} <= {{ one_day() }} then ended_at end as session_ended_at
    from {{ ref('int_lock_starts') }}
)

select
    sessions.org_id,
    sessions.event_id as lock_session_id,
    sessions.conversation_id,
    sessions.user_id,
    {{ acting_team('sessions.team_id') }} as team_id,
    sessions.locked_at as started_at,
    sessions.session_ended_at as ended_at,
    case
        when sessions.session_ended_at is null then null
        when sessions.has_reply then 'handle'
        when sessions.is_own_resolution then 'no_reply'
        else 'cherry_picking'
    end as session_kind,
    {{ seconds_between('sessions.locked_at', 'sessions.session_ended_at') }} as duration_s
from sessions
{{ join_own_team('sessions.org_id', 'sessions.user_id') }}
