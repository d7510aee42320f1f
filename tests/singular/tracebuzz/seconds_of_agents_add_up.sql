-- A failure means that time was lost or doubled when it was split: an agent's quarter hours add up to their time in any
-- inbox, to that of their lock sessions, and to the time for which they were logged in.
with

sessions as (
    select
        *,
        max(to_s) over (
            partition by org_id, user_id
            order by from_s, to_s, span_id
            rows between unbounded preceding and 1 preceding
        ) as seen_until_s
    from {{ ref('tracebuzz_agent_sessions') }}
    where span_kind = 'inbox'
),

presences as (
    select
        org_id,
        user_id,
        greatest(to_s - greatest(from_s, coalesce(seen_until_s, from_s)), 0) as staffed_time_s,
        0 as total_handle_time_s,
        0 as logged_in_time_s
    from sessions
    union all
    select org_id, user_id, 0, to_s - from_s, 0
    from {{ ref('tracebuzz_agent_sessions') }}
    where span_kind = 'lock'
    union all
    select org_id, user_id, 0, 0, to_s - from_s
    from {{ ref('tracebuzz_agent_sessions') }}
    where span_kind = 'login'
),

agents as (
    select
        org_id,
        user_id,
        sum(staffed_time_s)::bigint as staffed_time_s,
        sum(total_handle_time_s)::bigint as total_handle_time_s,
        sum(logged_in_time_s)::bigint as logged_in_time_s
    from presences
    group by org_id, user_id
    having sum(staffed_time_s + total_handle_time_s + logged_in_time_s) > 0
),

quarter_hours as (
    select
        org_id,
        user_id,
        sum(staffed_time_s) filter (where is_any_inbox) as staffed_time_s,
        sum(total_handle_time_s) as total_handle_time_s,
        sum(logged_in_time_s) filter (where is_any_inbox) as logged_in_time_s
    from {{ ref('req_tracebuzz_agent_quarter_hours') }}
    group by org_id, user_id
    having sum(staffed_time_s + total_handle_time_s + logged_in_time_s) > 0
)

select
    org_id,
    user_id,
    agents.staffed_time_s as staffed,
    quarter_hours.staffed_time_s as staffed_by_quarter_hours,
    agents.total_handle_time_s as handled,
    quarter_hours.total_handle_time_s as handled_by_quarter_hours,
    agents.logged_in_time_s as logged_in,
    quarter_hours.logged_in_time_s as logged_in_by_quarter_hours
from agents
full outer join quarter_hours using (org_id, user_id)
where
    coalesce(agents.staffed_time_s, 0) is distinct from coalesce(quarter_hours.staffed_time_s, 0)
    or coalesce(agents.total_handle_time_s, 0) is distinct from coalesce(quarter_hours.total_handle_time_s, 0)
    or coalesce(agents.logged_in_time_s, 0) is distinct from coalesce(quarter_hours.logged_in_time_s, 0)
