-- Case metrics of agents by the case's inbox. Cases count where they started, activities where they happened.
select
    org_id,
    user_id,
    inbox_id,
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
    0 as answers_sent,
    0 as snoozed
from {{ ref('req_tracebuzz_agent_case_metrics') }}
union all
select org_id, user_id, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered, 0, 0, 0, 0, 0, 0, 0, answers_sent, snoozed
from {{ ref('req_tracebuzz_agent_action_metrics') }}
