{{ config(materialized='table') }}

with

sessions as (
    select
        *,
        case when {{ microseconds_between('locked_at', 'ended_at') }} <= {{ one_day() }} then ended_at end as session_ended_at
    from {{ ref('int_lock_starts') }}
)

select
    org_id,
    event_id as lock_session_id,
    conversation_id,
    user_id,
    team_id,
    locked_at as started_at,
    session_ended_at as ended_at,
    case
        when session_ended_at is null then null
        when has_reply then 'handle'
        when is_own_resolution then 'no_reply'
        else 'cherry_picking'
    end as session_kind,
    {{ seconds_between('locked_at', 'session_ended_at') }} as duration_s
from sessions
