-- Dates from a month before the window to a month after it, either the first of each month, or Mondays, or every day.
with

spans as (
    select
        *,
        {{ local_date(instant_of_second('from_s + offset_s'), 'time_zone') }} as first_date,
        {{ local_date(instant_of_second('to_s + offset_s'), 'time_zone') }} as last_date
    from {{ ref('req_khoros_interval_window') }}
),

dates as (
    select
        time_interval,
        time_zone,
        offset_s,
        (first_date + {{ each_number('-32', 'last_date - first_date + 32') }}::integer)::date as local_day
    from spans
)

select
    local_day,
    time_zone,
    offset_s,
    {{ unix_second(instant_of('local_day::timestamp', "'UTC'")) }} as utc_midnight_s
from dates
where
    time_interval <= 86400000
    or local_day = case
        when time_interval <= 604800000 then date_trunc('week', local_day)::date
        else date_trunc('month', local_day)::date
    end
