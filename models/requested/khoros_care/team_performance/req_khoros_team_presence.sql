with

-- Each presence interval lasts until the next change, however late, or up to the latest event, and is cut to the window.
stretches as (
    select
        intervals.org_id,
        intervals.presence_interval_id,
        intervals.user_id as agent_id,
        intervals.presence,
        greatest(intervals.from_at, request.window_start) as from_at,
        least(coalesce(intervals.to_at, orgs.latest_event_at), request.window_end) as to_at
    from {{ ref('presence_intervals') }} as intervals
    inner join {{ ref('request') }} as request
        on intervals.from_at < request.window_end
        and (intervals.to_at > request.window_start or intervals.to_at is null)
        and (request.org_id is null or intervals.org_id = request.org_id)
    inner join {{ ref('orgs') }} as orgs on intervals.org_id = orgs.org_id
)

select
    stretches.org_id,
    stretches.presence_interval_id,
    agent_teams.team_id,
    stretches.agent_id,
    stretches.presence,
    stretches.from_at,
    stretches.to_at
from stretches
left join {{ ref('agent_teams') }} as agent_teams
    on stretches.org_id = agent_teams.org_id and stretches.agent_id = agent_teams.agent_id
where stretches.from_at < stretches.to_at
