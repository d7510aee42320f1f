select
    org_id,
    team_id,
    name as team_name,
    is_deleted
from {{ ref('int_teams') }}
