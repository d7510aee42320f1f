-- A failure means that team performance counts a response as neither first nor subsequent, or as both.
select
    org_id,
    team_id,
    agent_id,
    responses,
    first_responses,
    subsequent_responses
from {{ ref('khoros_care__team_performance') }}
where responses is distinct from first_responses + subsequent_responses
