with

-- No clock is more than 15 hours from UTC, so one of these quarter hours is the first to show the date or a later one.
quarters as (
    select
        *,
        utc_midnight_s + 900 * {{ each_number('-60', '60') }} as shown_s
    from {{ ref('req_khoros_interval_dates') }}
),

first_quarters as (
    select
        local_day,
        time_zone,
        offset_s,
        min(shown_s) as shown_s
    from quarters
    where {{ local_date(instant_of_second('shown_s + offset_s'), 'time_zone') }} >= local_day
    group by local_day, time_zone, offset_s
),

-- That quarter hour may not show midnight, because the clock skips midnight or its offset is no multiple of 15 minutes.
-- The day then begins up to a quarter hour earlier.
seconds as (
    select
        *,
        shown_s - {{ each_number('0', '899') }} as begins_s
    from first_quarters
    where {{ local_clock(instant_of_second('shown_s + offset_s'), 'time_zone') }} <> local_day::timestamp
),

begins as (
    select local_day, shown_s as begins_s
    from first_quarters
    union all
    select local_day, begins_s
    from seconds
    where {{ local_date(instant_of_second('begins_s + offset_s'), 'time_zone') }} >= local_day
)

select
    local_day,
    min(begins_s) as begins_s
from begins
group by local_day
