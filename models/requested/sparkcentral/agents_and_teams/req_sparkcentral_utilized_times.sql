with

request as (
    select * from {{ ref('request') }}
),

-- Available intervals that overlap the requested window, cut to it. An interval that is still open ends at as_of.
available_intervals as (
    select
        intervals.org_id,
        intervals.user_id,
        {{ unix_second('greatest(intervals.from_at, request.window_start)') }} as from_s,
        {{ unix_second('least(coalesce(intervals.to_at, request.as_of), request.window_end)') }} as to_s,
        1 as intervals,
        0 as sessions
    from {{ ref('presence_intervals') }} as intervals
    inner join request
        on intervals.from_at < request.window_end
        and (intervals.to_at > request.window_start or intervals.to_at is null)
        and (request.org_id is null or intervals.org_id = request.org_id)
    where intervals.presence = 'available'
),

-- Ended lock sessions of the requested channels that overlap the window, cut to it, wherever they end.
lock_sessions as (
    select
        sessions.org_id,
        sessions.user_id,
        {{ unix_second('greatest(sessions.started_at, request.window_start)') }} as from_s,
        {{ unix_second('least(sessions.ended_at, request.window_end)') }} as to_s,
        0 as intervals,
        1 as sessions
    from {{ ref('lock_sessions') }} as sessions
    inner join request
        on sessions.started_at < request.window_end
        and sessions.ended_at > request.window_start
        and (request.org_id is null or sessions.org_id = request.org_id)
    left join {{ ref('conversations') }} as conversations
        on sessions.org_id = conversations.org_id and sessions.conversation_id = conversations.conversation_id
    where request.channels is null or array_contains(request.channels, conversations.channel_id)
),

spans as (
    select * from available_intervals
    where from_s < to_s
    union all
    select * from lock_sessions
    where from_s < to_s
),

steps as (
    select org_id, user_id, from_s as at_s, intervals, sessions from spans
    union all
    select org_id, user_id, to_s, -intervals, -sessions from spans
),

-- Along each user's timeline, the seconds until the next step, and whether the user is both available and in a session.
-- Steps of one second need no grouping, since there are 0 seconds between them.
stretches as (
    select
        org_id,
        user_id,
        lead(at_s) over along - at_s as duration_s,
        sum(intervals) over along > 0 and sum(sessions) over along > 0 as is_utilized
    from steps
    window along as (
        partition by org_id, user_id
        order by at_s, intervals, sessions
        rows between unbounded preceding and current row
    )
)

select
    org_id,
    user_id,
    sum(duration_s)::bigint as utilized_time_s
from stretches
where is_utilized
group by org_id, user_id
