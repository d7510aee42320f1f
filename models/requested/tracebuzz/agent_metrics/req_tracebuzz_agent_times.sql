select
    org_id,
    user_id,
    row_date,
    interval_start,
    is_quarter_delivered,
    is_day_delivered,
    coalesce(sum(staffed_time_s) filter (where is_any_inbox), 0)::bigint as staffed_time_s,
    sum(total_handle_time_s)::bigint as total_handle_time_s,
    coalesce(sum(logged_in_time_s - staffed_logged_in_time_s) filter (where is_any_inbox), 0)::bigint as unavailable_time_s,
    min(first_login_s) as first_login_s,
    max(last_logout_s) as last_logout_s
from {{ ref('req_tracebuzz_agent_quarter_hours') }}
group by org_id, user_id, row_date, interval_start, is_quarter_delivered, is_day_delivered
