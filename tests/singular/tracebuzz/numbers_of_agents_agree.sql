-- A failure means that the metrics of an agent contradict each other: a case of the agent is closed once or not at all, and time in the
-- inbox is handle or available time.
with

agents as (
    select
        'raw_agents' as export,
        org_id,
        row_date,
        interval_start,
        agent_id,
        null as service_id,
        assigned,
        handled,
        closed,
        staffed_time_s,
        total_handle_time_s,
        available_time_s
    from {{ ref('tracebuzz__raw_agents') }}
    union all
    select
        'agents',
        org_id,
        row_date,
        null,
        agent_id,
        null,
        assigned,
        handled,
        closed,
        staffed_time_s,
        total_handle_time_s,
        available_time_s
    from {{ ref('tracebuzz__agents') }}
    union all
    select
        'raw_agent_inbox',
        org_id,
        row_date,
        interval_start,
        agent_id,
        service_id,
        assigned,
        handled,
        closed,
        staffed_time_s,
        total_handle_time_s,
        available_time_s
    from {{ ref('tracebuzz__raw_agent_inbox') }}
    union all
    select
        'agent_inbox',
        org_id,
        row_date,
        null,
        agent_id,
        service_id,
        assigned,
        handled,
        closed,
        staffed_time_s,
        total_handle_time_s,
        available_time_s
    from {{ ref('tracebuzz__agent_inbox') }}
)

select * from agents
where
    coalesce(handled + closed > assigned, true)
    or total_handle_time_s <= staffed_time_s and available_time_s + total_handle_time_s <> staffed_time_s
    or coalesce(available_time_s < 0, true)
