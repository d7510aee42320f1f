-- A failure means that team performance lost or doubled responses, or their seconds: they add up to the human responses of the
-- response report by agents who are neither disabled nor deleted (others have rows only on request).
with

reported as (
    select
        responses.org_id,
        count(*) as responses,
        sum(responses.handle_time_responding_agent) as handle_time
    from {{ ref('khoros_care__response') }} as responses
    left join {{ ref('users') }} as users
        on responses.org_id = users.org_id and responses.responding_agent_display_id = users.user_id
    where
        responses.response_type is not null
        and responses.responding_agent_display_id is not null
        and coalesce(users.user_type, 'human') = 'human'
        and not coalesce(users.is_disabled or users.is_deleted, false)
    group by responses.org_id
),

credited as (
    select
        org_id,
        sum(responses) as responses,
        sum(handle_time) as handle_time
    from {{ ref('khoros_care__team_performance') }}
    group by org_id
    having sum(responses) > 0
)

select
    org_id,
    reported.responses as responses_reported,
    credited.responses as responses_credited,
    reported.handle_time as handle_time_reported,
    credited.handle_time as handle_time_credited
from reported
full outer join credited using (org_id)
where
    reported.responses is distinct from credited.responses
    or reported.handle_time is distinct from credited.handle_time
