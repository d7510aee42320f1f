with

days as (
    select
        local_day,
        begins_s,
        lead(begins_s) over (order by local_day) as ends_s
    from {{ ref('int_report_days') }}
),

{# A bucket of a day or more is one step; shorter ones are equal steps of elapsed time, the last one cut where the next day begins. #}
steps as (
    select
        days.begins_s,
        days.ends_s,
        case when request.time_interval < 86400000 then request.time_interval // 1000 else days.ends_s - days.begins_s end as step_s,
        request.window_start,
        request.window_end
    from days
    cross join {{ ref('request') }} as request
    where days.ends_s > days.begins_s
),

starts as (
    select
        *,
        begins_s + step_s * {{ each_number('0', '(ends_s - begins_s - 1) // step_s') }} as starts_s
    from steps
)

select
    greatest({{ instant_of_second('starts_s') }}, window_start) as interval_start,
    least({{ instant_of_second('least(starts_s + step_s, ends_s)') }}, window_end) as interval_end
from starts
where
    {{ instant_of_second('starts_s') }} < window_end
    and {{ instant_of_second('least(starts_s + step_s, ends_s)') }} > window_start
