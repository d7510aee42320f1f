-- A failure means that presence was lost or doubled: from their first presence event to the org's latest event agents are available,
-- away or offline, on the row of each of their current teams, or without a team. The request has no window, so no time is cut off.
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

placed as (
    select
        known.org_id,
        known.agent_id,
        agent_teams.team_id,
        known.seconds_known
    from known
    left join {{ ref('int_agent_teams') }} as agent_teams using (org_id, agent_id)
)

select
    told.org_id,
    told.team_id,
    told.agent_id,
    placed.seconds_known,
    told.available_time + told.custom_state_time + told.offline_time as seconds_told
from {{ ref('khoros_care__team_performance') }} as told
left join placed
    on told.org_id = placed.org_id
    and told.agent_id = placed.agent_id
    and told.team_id is not distinct from placed.team_id
where told.available_time + told.custom_state_time + told.offline_time is distinct from coalesce(placed.seconds_known, 0)
