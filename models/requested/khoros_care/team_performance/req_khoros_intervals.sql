with

days as (
    select
        begins_s,
        lead(begins_s) over (order by local_day) as ends_s
    from {{ ref('req_khoros_interval_days') }}
),

-- An interval of a day or more is one step. Shorter intervals are equal steps of elapsed time; the last one ends where the next day begins.
steps as (
    select
        days.begins_s,
        days.ends_s,
        case when asked.time_interval < 86400000 then asked.time_interval // 1000 else days.ends_s - days.begins_s end as step_s,
        greatest(days.begins_s, asked.from_s) as from_s,
        least(days.ends_s, asked.to_s) as to_s
    from days
    cross join {{ ref('req_khoros_interval_window') }} as asked
    where
        days.ends_s > days.begins_s
        and days.begins_s < asked.to_s
        and days.ends_s > asked.from_s
),

numbered as (
    select
        *,
        (from_s - begins_s) // step_s as first_step,
        (to_s - begins_s - 1) // step_s as last_step
    from steps
),

counted as (
    select sum(last_step - first_step + 1) as buckets
    from numbered
),

-- Intervals are counted before any is generated, so that a request for too many fails at once.
starts as (
    select
        numbered.ends_s,
        numbered.step_s,
        request.window_start,
        request.window_end,
        numbered.begins_s + numbered.step_s * {{ each_number('numbered.first_step', 'numbered.last_step') }} as starts_s
    from numbered
    cross join counted
    cross join {{ ref('request') }} as request
    where {{ refused_if('counted.buckets > 744', too_many_buckets('counted.buckets')) }}
)

select
    greatest({{ instant_of_second('starts_s') }}, window_start) as interval_start,
    least({{ instant_of_second('least(starts_s + step_s, ends_s)') }}, window_end) as interval_end
from starts
