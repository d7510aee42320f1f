with

case_numbers as (
    select * from {{ ref('req_tracebuzz_case_counts') }}
),

times as (
    select
        org_id,
        inbox_id,
        row_date,
        interval_start,
        is_quarter_delivered,
        is_day_delivered,
        sum(staffed_time_s) as staffed_time_s,
        sum(total_handle_time_s) as total_handle_time_s,
        sum(unavailable_time_s) as unavailable_time_s
    from {{ ref('req_tracebuzz_agent_inbox_times') }}
    group by org_id, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered
),

-- A login without length gives no row, since every row needs a count or time above 0.
buckets as (
    select org_id, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered
    from case_numbers
    union
    select org_id, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered
    from times
    where staffed_time_s > 0 or total_handle_time_s > 0 or unavailable_time_s > 0
)

select
    buckets.*,
    coalesce(case_numbers.offered, 0) as offered,
    coalesce(case_numbers.opened, 0) as opened,
    coalesce(case_numbers.handled_and_closed, 0) as handled_and_closed,
    coalesce(case_numbers.handled_and_closed_by_bot, 0) as handled_and_closed_by_bot,
    coalesce(case_numbers.not_handled_and_closed, 0) as not_handled_and_closed,
    coalesce(case_numbers.acceptable, 0) as acceptable,
    coalesce(case_numbers.responses_with_service_level, 0) as responses_with_service_level,
    coalesce(case_numbers.first_responses, 0) as first_responses,
    coalesce(case_numbers.messages_sent, 0) as messages_sent,
    coalesce(case_numbers.messages_received, 0) as messages_received,
    coalesce(times.staffed_time_s, 0) as staffed_time_s,
    coalesce(times.total_handle_time_s, 0) as total_handle_time_s,
    coalesce(times.unavailable_time_s, 0) as unavailable_time_s,
    coalesce(case_numbers.first_response_time_s, 0) as first_response_time_s,
    coalesce(case_numbers.additional_response_time_s, 0) as additional_response_time_s,
    coalesce(case_numbers.lock_session_time_s, 0) as lock_session_time_s,
    coalesce(case_numbers.cases_with_session, 0) as cases_with_session,
    coalesce(case_numbers.lead_time_s, 0) as lead_time_s,
    coalesce(case_numbers.agents_load, 0) as agents_load,
    coalesce(case_numbers.agent_load, 0) as agent_load,
    coalesce(minutes.min_staffed, 0) as min_staffed,
    coalesce(minutes.max_staffed, 0) as max_staffed,
    coalesce(minutes.min_available, 0) as min_available,
    coalesce(minutes.max_available, 0) as max_available,
    coalesce(minutes.min_active, 0) as min_active,
    coalesce(minutes.max_active, 0) as max_active
from buckets
left join case_numbers
    on buckets.org_id = case_numbers.org_id
    and buckets.inbox_id is not distinct from case_numbers.inbox_id
    and buckets.row_date = case_numbers.row_date
    and buckets.interval_start = case_numbers.interval_start
left join times
    on buckets.org_id = times.org_id
    and buckets.inbox_id is not distinct from times.inbox_id
    and buckets.row_date = times.row_date
    and buckets.interval_start = times.interval_start
left join {{ ref('req_tracebuzz_inbox_minutes') }} as minutes
    on buckets.org_id = minutes.org_id
    and buckets.inbox_id is not distinct from minutes.inbox_id
    and buckets.row_date = minutes.row_date
    and buckets.interval_start = minutes.interval_start
