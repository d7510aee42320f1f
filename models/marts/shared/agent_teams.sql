select
    org_id,
    agent_id,
    team_id,
    is_only_team
from {{ ref('int_agent_teams') }}
