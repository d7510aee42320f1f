-- The rows that the agent files sum. The file without inboxes sums the cases of all inboxes; its times come merged, since inbox times overlap.
with

cases as (
    select
        'agent_inbox' as agent_file,
        inbox_id as file_inbox_id,
        *
    from {{ ref('req_tracebuzz_agent_work') }}
    union all
    select
        'agent',
        null,
        *
    from {{ ref('req_tracebuzz_agent_work') }}
)

select
    org_id,
    agent_file,
    user_id,
    file_inbox_id as inbox_id,
    row_date,
    interval_start,
    is_quarter_delivered,
    is_day_delivered,
    assigned,
    handled,
    closed,
    messages_sent,
    messages_received,
    first_response_time_s,
    reply_time_s,
    answers_sent,
    snoozed,
    0 as staffed_time_s,
    0 as total_handle_time_s,
    0 as unavailable_time_s,
    null::bigint as first_login_s,
    null::bigint as last_logout_s
from cases
union all
select
    org_id, 'agent_inbox', user_id, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered,
    0, 0, 0, 0, 0, 0, 0, 0, 0, staffed_time_s, total_handle_time_s, unavailable_time_s, first_login_s, last_logout_s
from {{ ref('req_tracebuzz_agent_inbox_times') }}
union all
select
    org_id, 'agent', user_id, null, row_date, interval_start, is_quarter_delivered, is_day_delivered,
    0, 0, 0, 0, 0, 0, 0, 0, 0, staffed_time_s, total_handle_time_s, unavailable_time_s, first_login_s, last_logout_s
from {{ ref('req_tracebuzz_agent_times') }}
