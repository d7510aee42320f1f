-- A failure means that Utilization is above 100 %: it counts a second twice, or one in which the user was not available.
select
    org_id,
    user_id,
    available_time_s,
    utilization_pct
from {{ ref('sparkcentral__user') }}
where utilization_pct > 100
