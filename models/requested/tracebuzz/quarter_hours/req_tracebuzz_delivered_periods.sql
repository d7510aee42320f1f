with

begun as (
    select
        *,
        min(from_s) over (partition by row_date, interval_start) as quarter_hour_from_s,
        min(from_s) over (partition by row_date) as day_from_s
    from {{ ref('req_tracebuzz_local_quarter_hours') }}
),

compared as (
    select
        begun.*,
        {{ instant_of_second('begun.quarter_hour_from_s') }} >= request.window_start
        and {{ instant_of_second('begun.quarter_hour_from_s') }} < request.window_end as is_quarter_delivered,
        {{ instant_of_second('begun.day_from_s') }} >= request.window_start
        and {{ instant_of_second('begun.day_from_s') }} < request.window_end as is_day_delivered
    from begun
    cross join {{ ref('session_request') }} as request
)

select
    quarter_number,
    from_s,
    to_s,
    row_date,
    interval_start,
    is_quarter_delivered,
    is_day_delivered
from compared
where is_quarter_delivered or is_day_delivered
