with

-- A user's list of teams may contain a team twice.
listed as (
    select distinct
        org_id,
        user_id as agent_id,
        {{ each_element('team_ids') }} as team_id
    from {{ ref('int_users') }}
)

select
    org_id,
    agent_id,
    team_id,
    count(*) over (partition by org_id, agent_id) = 1 as is_only_team
from listed
where team_id is not null
