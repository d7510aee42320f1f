with

sessions as (
    select
        org_id,
        user_id,
        span_id,
        from_s // 60 as from_minute,
        (to_s - 1) // 60 + 1 as to_minute
    from {{ ref('int_agent_spans') }}
    where span_kind = 'lock' and from_s < to_s
),

compared as (
    select
        *,
        max(to_minute) over (
            partition by org_id, user_id order by from_minute, to_minute, span_id
            rows between unbounded preceding and 1 preceding
        ) as minute_before
    from sessions
),

numbered as (
    select
        *,
        count(*) filter (where minute_before is null or minute_before < from_minute) over (
            partition by org_id, user_id order by from_minute, to_minute, span_id
            rows between unbounded preceding and current row
        ) as stretch_number
    from compared
)

select
    org_id,
    user_id,
    min(from_minute) as from_minute,
    max(to_minute) as to_minute
from numbered
group by org_id, user_id, stretch_number
