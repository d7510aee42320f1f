select
    numbers.org_id,
    numbers.created_at,
    numbers.owner_id as team_id,
    teams.team_name,
    numbers.resolves_with_reply,
    numbers.resolves_without_reply,
    numbers.avg_first_response_time_s,
    numbers.avg_resolution_time_s,
    numbers.handle_time_s,
    numbers.no_reply_time_s,
    numbers.cherry_picking_time_s,
    numbers.avg_handle_time_s,
    numbers.contacts_helped,
    numbers.csat_score_1,
    numbers.csat_score_2,
    numbers.csat_score_3,
    numbers.csat_score_4,
    numbers.csat_score_5,
    numbers.tags_added,
    numbers.topics_added,
    numbers.replies
from {{ ref('req_sparkcentral_agent_metrics') }} as numbers
left join {{ ref('teams') }} as teams
    on numbers.org_id = teams.org_id and numbers.owner_id = teams.team_id
where numbers.owner_type = 'team' and numbers.replies > 0
