select
    numbers.org_id,
    numbers.team_id,
    teams.team_name,
    numbers.agent_id,
    users.user_name as agent_name,
    users.user_email_address as agent_email,
    coalesce(users.is_disabled or users.is_deleted, false) as is_disabled,
    numbers.conversations_assigned,
    numbers.conversations_responded,
    numbers.conversations_closed,
    numbers.responses,
    numbers.first_responses,
    numbers.subsequent_responses,
    numbers.average_tar,
    numbers.average_first_tar,
    numbers.handle_time,
    numbers.average_handle_time,
    numbers.available_time,
    numbers.custom_state_time,
    numbers.offline_time,
    numbers.approvals_requested,
    numbers.approvals_decided,
    numbers.csat_responses,
    numbers.average_csat_score
from {{ ref('req_khoros_team_metrics') }} as numbers
left join {{ ref('teams') }} as teams
    on numbers.org_id = teams.org_id and numbers.team_id = teams.team_id
left join {{ ref('users') }} as users
    on numbers.org_id = users.org_id and numbers.agent_id = users.user_id
where not numbers.is_bucket
