with

quarter_hours as (
    select * from {{ ref('req_tracebuzz_agent_quarter_hours') }}
)

select
    inboxes.org_id,
    inboxes.user_id,
    inboxes.inbox_id,
    inboxes.row_date,
    inboxes.interval_start,
    inboxes.is_quarter_delivered,
    inboxes.is_day_delivered,
    inboxes.staffed_time_s,
    inboxes.total_handle_time_s,
    -- An agent who was not in the inbox at all in a quarter hour was not unavailable there.
    case when inboxes.staffed_time_s > 0 then agents.logged_in_time_s - inboxes.staffed_logged_in_time_s else 0 end as unavailable_time_s,
    inboxes.first_login_s,
    inboxes.last_logout_s
from quarter_hours as inboxes
left join quarter_hours as agents
    on inboxes.org_id = agents.org_id
    and inboxes.user_id = agents.user_id
    and inboxes.row_date = agents.row_date
    and inboxes.interval_start = agents.interval_start
    and agents.is_any_inbox
where not inboxes.is_any_inbox
