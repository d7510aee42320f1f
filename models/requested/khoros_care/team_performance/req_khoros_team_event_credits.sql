with

agent_teams as (
    select * from {{ ref('agent_teams') }}
),

-- An assignment or approval event without a team counts in every current team of its agent.
happenings as (
    select
        *,
        case when team_id is null and happening in ('assignment', 'submission', 'decision') then agent_id end as member_id
    from {{ ref('req_khoros_team_events') }}
),

facts as (
    select
        happenings.org_id,
        happenings.happening as fact,
        happenings.happening_id as fact_id,
        happenings.conversation_id,
        coalesce(happenings.team_id, agent_teams.team_id) as team_id,
        happenings.agent_id,
        happenings.response_type,
        happenings.tar_s,
        happenings.responding_time_s,
        happenings.score,
        happenings.happened_at as from_at,
        null::timestamptz as to_at
    from happenings
    left join agent_teams
        on happenings.org_id = agent_teams.org_id and happenings.member_id = agent_teams.agent_id
    union all
    select org_id, presence, presence_interval_id, null, team_id, agent_id, null, null, null, null, from_at, to_at
    from {{ ref('req_khoros_team_presence') }}
    union all
    select org_id, 'membership', team_id as fact_id, null, team_id, agent_id, null, null, null, null, null, null
    from agent_teams
)

select facts.*
from facts
inner join {{ ref('request') }} as request on request.org_id is null or facts.org_id = request.org_id
left join {{ ref('users') }} as users
    on facts.org_id = users.org_id and facts.agent_id = users.user_id
where
    coalesce(users.user_type, 'human') = 'human'
    and (request.include_disabled or not coalesce(users.is_disabled or users.is_deleted, false))
    and (request.team_ids is null or array_contains(request.team_ids, facts.team_id))
