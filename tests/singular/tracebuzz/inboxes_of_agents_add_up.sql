-- A failure means that an agent's metrics over all inboxes are not the sum of those by inbox: cases, replies, handle time, snoozes.
-- Only time in and out of an inbox may differ, because an agent can be in several inboxes at once.
with

agents as (
    select
        org_id,
        row_date,
        interval_start,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        total_handle_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed
    from {{ ref('tracebuzz__raw_agents') }}
    union all
    select
        org_id,
        row_date,
        null,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        total_handle_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed
    from {{ ref('tracebuzz__agents') }}
),

told as (
    select
        org_id,
        row_date,
        interval_start,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        total_handle_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed
    from {{ ref('tracebuzz__raw_agent_inbox') }}
    union all
    select
        org_id,
        row_date,
        null,
        agent_id,
        assigned,
        handled,
        closed,
        messages_sent,
        messages_received,
        total_handle_time_s,
        first_response_time_s,
        reply_time_s,
        answers_sent,
        snoozed
    from {{ ref('tracebuzz__agent_inbox') }}
),

agent_inboxes as (
    select
        org_id,
        row_date,
        interval_start,
        agent_id,
        sum(assigned) as assigned,
        sum(handled) as handled,
        sum(closed) as closed,
        sum(messages_sent) as messages_sent,
        sum(messages_received) as messages_received,
        sum(total_handle_time_s) as total_handle_time_s,
        sum(first_response_time_s) as first_response_time_s,
        sum(reply_time_s) as reply_time_s,
        sum(answers_sent) as answers_sent,
        sum(snoozed) as snoozed
    from told
    group by org_id, row_date, interval_start, agent_id
),

-- An agent who was only logged in has a row over all inboxes and none by inbox.
busy_agents as (
    select * from agents
    where assigned + total_handle_time_s + answers_sent + snoozed > 0
),

busy_agent_inboxes as (
    select * from agent_inboxes
    where assigned + total_handle_time_s + answers_sent + snoozed > 0
),

only_busy_agents as (
    select * from busy_agents
    except
    select * from busy_agent_inboxes
),

only_busy_agent_inboxes as (
    select * from busy_agent_inboxes
    except
    select * from busy_agents
)

select
    'agents' as told_by,
    *
from only_busy_agents
union all
select
    'agent_inbox' as told_by,
    *
from only_busy_agent_inboxes
