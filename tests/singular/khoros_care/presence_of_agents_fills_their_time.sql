-- A failure means that presence was lost or doubled: from an agent's first presence event to the org's latest event he is available,
-- away or offline, on the row of every team he is in now; nothing is asked for, so the window cuts nothing.
with

known as (
    select
        intervals.org_id,
        intervals.user_id as agent_id,
        {{ seconds_between('min(intervals.from_at)', 'max(orgs.latest_event_at)') }} as seconds_known
    from {{ ref('presence_intervals') }} as intervals
    inner join {{ ref('orgs') }} as orgs using (org_id)
    group by intervals.org_id, intervals.user_id
),

teams_now as (
    select
        org_id,
        agent_id,
        team_id
    from {{ ref('int_agent_teams') }}
)

select
    rows_of_agents.org_id,
    rows_of_agents.team_id,
    rows_of_agents.agent_id,
    known.seconds_known,
    rows_of_agents.available_time + rows_of_agents.custom_state_time + rows_of_agents.offline_time as seconds_told
from {{ ref('khoros_care__team_performance') }} as rows_of_agents
left join known using (org_id, agent_id)
left join teams_now
    on rows_of_agents.org_id = teams_now.org_id
    and rows_of_agents.agent_id = teams_now.agent_id
    and rows_of_agents.team_id = teams_now.team_id
left join (select distinct org_id, agent_id from teams_now) as members
    on rows_of_agents.org_id = members.org_id and rows_of_agents.agent_id = members.agent_id
where
    rows_of_agents.available_time + rows_of_agents.custom_state_time + rows_of_agents.offline_time
    is distinct from case
        when teams_now.team_id is not null or (rows_of_agents.team_id is null and members.agent_id is null)
            then coalesce(known.seconds_known, 0)
        else 0
    end
