-- A failure means that a second was counted twice: an agent's time in an inbox, or in any, and their unavailable time add up to no more
-- than the quarter hour, and the time in one inbox is no longer than that in any.
with

quarter_hours as (
    select
        row_date,
        interval_start,
        sum(to_s - from_s) as duration_s
    from {{ ref('req_tracebuzz_delivered_periods') }}
    group by row_date, interval_start
),

agents as (
    select * from {{ ref('req_tracebuzz_agent_times') }}
)

select
    inboxes.org_id,
    inboxes.user_id,
    inboxes.inbox_id,
    inboxes.row_date,
    inboxes.interval_start,
    inboxes.staffed_time_s,
    inboxes.unavailable_time_s,
    agents.staffed_time_s as staffed_time_s_of_any,
    agents.unavailable_time_s as unavailable_time_s_of_any,
    quarter_hours.duration_s
from {{ ref('req_tracebuzz_agent_inbox_times') }} as inboxes
full outer join agents using (org_id, user_id, row_date, interval_start)
left join quarter_hours using (row_date, interval_start)
where
    agents.user_id is null
    or coalesce(inboxes.staffed_time_s, 0) > agents.staffed_time_s
    or coalesce(inboxes.unavailable_time_s, 0) < 0
    or coalesce(agents.staffed_time_s + agents.unavailable_time_s > quarter_hours.duration_s, true)
    or inboxes.staffed_time_s + inboxes.unavailable_time_s > quarter_hours.duration_s
    or agents.unavailable_time_s < 0
    or agents.total_handle_time_s < 0
