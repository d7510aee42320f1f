with

shown as (
    select
        *,
        {{ local_clock(instant_of_second('quarter_number * 900'), 'time_zone') }} as local_from,
        {{ local_clock(instant_of_second('quarter_number * 900 + 900'), 'time_zone') }} as local_to
    from {{ ref('req_tracebuzz_utc_quarter_hours') }}
),

compared as (
    select
        *,
        local_to - local_from = interval '15 minutes' and {{ quarter_hour_of('local_from') }} = local_from::time as is_whole
    from shown
),

-- If the clock changes inside a quarter hour, or its offset is no multiple of 15 minutes, each second is converted by itself.
seconds as (
    select
        time_zone,
        quarter_number,
        {{ each_number('quarter_number * 900', 'quarter_number * 900 + 899') }} as unix_second
    from compared
    where not is_whole
),

stretches as (
    select
        quarter_number,
        quarter_number * 900 as from_s,
        quarter_number * 900 + 900 as to_s,
        local_from as local_time
    from compared
    where is_whole
    union all
    select
        quarter_number,
        unix_second as from_s,
        unix_second + 1 as to_s,
        {{ local_clock(instant_of_second('unix_second'), 'time_zone') }} as local_time
    from seconds
)

select
    quarter_number,
    local_time::date as row_date,
    {{ quarter_hour_of('local_time') }} as interval_start,
    min(from_s) as from_s,
    max(to_s) as to_s
from stretches
group by quarter_number, row_date, interval_start
