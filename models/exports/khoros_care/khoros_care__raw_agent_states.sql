with

requested as (
    select
        intervals.*,
        users.user_name,
        users.user_email_address,
        orgs.latest_event_at
    from {{ ref('presence_intervals') }} as intervals
    inner join {{ ref('request') }} as request
        on intervals.from_at < request.window_end
        and (intervals.to_at > request.window_start or intervals.to_at is null)
        and (request.org_id is null or intervals.org_id = request.org_id)
    inner join {{ ref('orgs') }} as orgs on intervals.org_id = orgs.org_id
    left join {{ ref('users') }} as users
        on intervals.org_id = users.org_id and intervals.user_id = users.user_id
    where
        coalesce(users.user_type, 'human') = 'human'
        and (request.team_ids is null or {{ lists_overlap('request.team_ids', 'users.team_ids') }})
)

select
    requested.org_id,
    requested.user_id as agent_id,
    requested.user_name as agent_name,
    requested.user_email_address as agent_email,
    team_lists.team_ids,
    team_lists.team_names,
    case requested.presence when 'available' then 'AVAILABLE' when 'away' then 'CUSTOM' when 'offline' then 'OFFLINE' end as state_type,
    coalesce(requested.away_state, words.word) as state_name,
    requested.from_at as state_start_at,
    requested.to_at as state_end_at,
    {{ seconds_between('requested.from_at', 'coalesce(requested.to_at, requested.latest_event_at)') }} as duration
from requested
left join {{ ref('user_team_lists') }} as team_lists using (org_id, user_id)
left join {{ ref('req_khoros_words') }} as words on words.code = 'state_' || requested.presence
