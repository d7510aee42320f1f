-- Every quarter hour counts in its own row and in that of its day. A day's extremes are those of its quarter hours that have a row.
with

credits as (
    select
        'quarter_hour' as grain,
        interval_start as row_interval,
        *
    from {{ ref('req_tracebuzz_service_quarter_hours') }}
    where is_quarter_delivered
    union all
    select
        'day',
        null,
        *
    from {{ ref('req_tracebuzz_service_quarter_hours') }}
    where is_day_delivered
)

select
    org_id,
    grain,
    row_date,
    row_interval as interval_start,
    inbox_id,
    sum(offered)::bigint as offered,
    sum(opened)::bigint as opened,
    sum(handled_and_closed)::bigint as handled_and_closed,
    sum(handled_and_closed_by_bot)::bigint as handled_and_closed_by_bot,
    sum(not_handled_and_closed)::bigint as not_handled_and_closed,
    sum(acceptable)::bigint as acceptable,
    sum(responses_with_service_level)::bigint as responses_with_service_level,
    sum(first_responses)::bigint as first_responses,
    sum(messages_sent)::bigint as messages_sent,
    sum(messages_received)::bigint as messages_received,
    sum(staffed_time_s)::bigint as staffed_time_s,
    sum(total_handle_time_s)::bigint as total_handle_time_s,
    greatest(sum(staffed_time_s) - sum(total_handle_time_s), 0)::bigint as available_time_s,
    sum(unavailable_time_s)::bigint as unavailable_time_s,
    sum(first_response_time_s)::bigint as first_response_time_s,
    sum(additional_response_time_s)::bigint as additional_response_time_s,
    sum(lock_session_time_s)::bigint as lock_session_time_s,
    sum(cases_with_session)::bigint as cases_with_session,
    sum(lead_time_s)::bigint as lead_time_s,
    sum(agents_load)::bigint as agents_load,
    sum(agent_load)::bigint as agent_load,
    min(min_staffed)::bigint as min_staffed,
    max(max_staffed)::bigint as max_staffed,
    min(min_available)::bigint as min_available,
    max(max_available)::bigint as max_available,
    min(min_active)::bigint as min_active,
    max(max_active)::bigint as max_active
from credits
group by org_id, grain, row_date, row_interval, inbox_id
