-- A failure means that a day of an agent is not the sum of the agent's quarter hours, over all inboxes or in one of them, or that its first
-- login or last logout is not that of its quarter hours.
with

days as (
    select
        'agent_inbox' as export,
        org_id,
        row_date,
        service_id,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed,
        first_login,
        last_logout
    from {{ ref('tracebuzz__agent_inbox') }}
    union all
    select
        'agents',
        org_id,
        row_date,
        null,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed,
        first_login,
        last_logout
    from {{ ref('tracebuzz__agents') }}
),

told as (
    select
        'agent_inbox' as export,
        org_id,
        row_date,
        service_id,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed,
        first_login,
        last_logout
    from {{ ref('tracebuzz__raw_agent_inbox') }}
    union all
    select
        'agents',
        org_id,
        row_date,
        null,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed,
        first_login,
        last_logout
    from {{ ref('tracebuzz__raw_agents') }}
),

quarter_hours as (
    select
        export,
        org_id,
        row_date,
        service_id,
        agent_id,
        sum(assigned) as assigned,
        sum(handled) as handled,
        sum(closed) as closed,
        sum(messages_sent) as messages_sent,
        sum(messages_received) as messages_received,
        sum(staffed_time_s) as staffed_time_s,
        sum(total_handle_time_s) as total_handle_time_s,
        sum(unavailable_time_s) as unavailable_time_s,
        sum(first_response_time_s) as first_response_time_s,
        sum(reply_time_s) as reply_time_s,
        sum(answers_sent) as answers_sent,
        sum(snoozed) as snoozed,
        min(first_login) as first_login,
        max(last_logout) as last_logout
    from told
    group by export, org_id, row_date, service_id, agent_id
),

only_days as (
    select * from days
    except
    select * from quarter_hours
),

only_quarter_hours as (
    select * from quarter_hours
    except
    select * from days
)

select
    'day' as told_by,
    *
from only_days
union all
select
    'quarter hours' as told_by,
    *
from only_quarter_hours
