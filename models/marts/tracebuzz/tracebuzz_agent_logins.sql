-- Each presence interval ends with the next one at the latest, so adjacent intervals merge into one login.
with

logins as (
    select
        *,
        coalesce(lag(to_s) over (partition by org_id, user_id order by from_s, to_s, span_id) <> from_s, true) as is_new
    from {{ ref('tracebuzz_agent_sessions') }}
    where span_kind = 'login' and from_s < to_s
),

numbered as (
    select
        *,
        count(*) filter (where is_new) over (
            partition by org_id, user_id order by from_s, to_s, span_id
            rows between unbounded preceding and current row
        ) as stretch_number
    from logins
)

select
    org_id,
    user_id,
    min(from_s) as from_s,
    max(to_s) as to_s
from numbered
group by org_id, user_id, stretch_number
