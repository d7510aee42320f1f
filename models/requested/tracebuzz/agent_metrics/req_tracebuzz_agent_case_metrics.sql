with

agents as (
    select * from {{ ref('tracebuzz_case_agents') }}
)

select
    cases.org_id,
    agents.user_id,
    cases.inbox_id,
    cases.row_date,
    cases.interval_start,
    cases.is_quarter_delivered,
    cases.is_day_delivered,
    count(*) as assigned,
    count(*) filter (where cases.is_closed and agents.has_own_reply) as handled,
    count(*) filter (where cases.is_closed and not agents.has_own_reply) as closed,
    coalesce(sum(cases.messages_sent) filter (where cases.is_closed and agents.has_own_reply), 0) as messages_sent,
    coalesce(sum(cases.messages_received) filter (where cases.is_closed and agents.has_own_reply), 0) as messages_received,
    coalesce(sum(agents.first_reply_s), 0) as first_response_time_s,
    sum(agents.additional_replies_s) as reply_time_s
from agents
inner join {{ ref('req_tracebuzz_started_cases') }} as cases using (org_id, conversation_id)
group by
    cases.org_id,
    agents.user_id,
    cases.inbox_id,
    cases.row_date,
    cases.interval_start,
    cases.is_quarter_delivered,
    cases.is_day_delivered
