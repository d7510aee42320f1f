-- An open side of the window ends with the history of the requested orgs, since intervals outside it have no events.
with

histories as (
    select
        min(orgs.earliest_event_at) as earliest_event_at,
        max(orgs.latest_event_at) as latest_event_at
    from {{ ref('orgs') }} as orgs
    inner join {{ ref('request') }} as request on request.org_id is null or orgs.org_id = request.org_id
),

windows as (
    select
        request.time_interval,
        case when request.timezone_offset is null then request.time_zone else 'UTC' end as time_zone,
        coalesce(request.timezone_offset // 1000, 0) as offset_s,
        case
            when request.window_start > {{ beginning_of_time() }} then {{ unix_second('request.window_start') }}
            else {{ unix_second('histories.earliest_event_at') }}
        end as from_s,
        case
            when request.window_end = {{ end_of_time() }} then {{ unix_second('histories.latest_event_at') }} + 1
            when {{ instant_of_second(unix_second('request.window_end')) }} < request.window_end then {{ unix_second('request.window_end') }} + 1
            else {{ unix_second('request.window_end') }}
        end as to_s
    from {{ ref('request') }} as request
    cross join histories
),

-- Months are 30.436875 days on average. No dates are made for a window above a hundred years (3155760000 seconds).
lengths as (
    select
        *,
        case when time_interval > 604800000 then 2629746 else time_interval // 1000 end as bucket_s
    from windows
    where from_s < to_s
)

select
    time_interval,
    time_zone,
    offset_s,
    from_s,
    to_s
from lengths
where
    {{ refused_if(
        'to_s - from_s > 3155760000 and (to_s - from_s + bucket_s - 1) // bucket_s > 744',
        too_many_buckets('(to_s - from_s + bucket_s - 1) // bucket_s')
    ) }}
