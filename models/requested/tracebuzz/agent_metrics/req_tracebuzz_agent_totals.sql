-- Every quarter hour counts in its own row and in that of its day.
with

credits as (
    select
        'quarter_hour' as grain,
        interval_start as row_interval,
        *
    from {{ ref('req_tracebuzz_agent_entries') }}
    where is_quarter_delivered
    union all
    select
        'day',
        null,
        *
    from {{ ref('req_tracebuzz_agent_entries') }}
    where is_day_delivered
)

select
    org_id,
    agent_file,
    grain,
    row_date,
    row_interval as interval_start,
    user_id,
    inbox_id,
    sum(assigned)::bigint as assigned,
    sum(handled)::bigint as handled,
    sum(closed)::bigint as closed,
    sum(messages_sent)::bigint as messages_sent,
    sum(messages_received)::bigint as messages_received,
    sum(staffed_time_s)::bigint as staffed_time_s,
    sum(total_handle_time_s)::bigint as total_handle_time_s,
    greatest(sum(staffed_time_s) - sum(total_handle_time_s), 0)::bigint as available_time_s,
    sum(unavailable_time_s)::bigint as unavailable_time_s,
    sum(first_response_time_s)::bigint as first_response_time_s,
    sum(reply_time_s)::bigint as reply_time_s,
    min(first_login_s) as first_login,
    max(last_logout_s) as last_logout,
    sum(answers_sent)::bigint as answers_sent,
    sum(snoozed)::bigint as snoozed
from credits
group by org_id, agent_file, grain, row_date, row_interval, user_id, inbox_id
having
    sum(assigned + answers_sent + snoozed + staffed_time_s + total_handle_time_s + unavailable_time_s) > 0
    or min(first_login_s) is not null
    or max(last_logout_s) is not null
