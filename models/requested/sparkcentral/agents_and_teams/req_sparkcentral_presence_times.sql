with

-- Available and away intervals that overlap the requested window, cut to it. An interval that is still open ends at as_of.
clipped as (
    select
        intervals.org_id,
        intervals.user_id,
        intervals.presence,
        greatest(intervals.from_at, request.window_start) as from_at,
        least(coalesce(intervals.to_at, request.as_of), request.window_end) as to_at
    from {{ ref('presence_intervals') }} as intervals
    inner join {{ ref('request') }} as request
        on intervals.from_at < request.window_end
        and (intervals.to_at > request.window_start or intervals.to_at is null)
        and (request.org_id is null or intervals.org_id = request.org_id)
    where intervals.presence in ('available', 'away')
),

seconds as (
    select
        org_id,
        user_id,
        presence,
        greatest({{ seconds_between('from_at', 'to_at') }}, 0) as duration_s
    from clipped
)

select
    org_id,
    user_id,
    coalesce(sum(duration_s) filter (where presence = 'available'), 0)::bigint as available_time_s,
    coalesce(sum(duration_s) filter (where presence = 'away'), 0)::bigint as away_time_s
from seconds
group by org_id, user_id
