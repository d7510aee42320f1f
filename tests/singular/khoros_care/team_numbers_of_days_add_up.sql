-- A failure means that metrics of team performance are lost or doubled between intervals. The default request has no intervals,
-- so this test builds the UTC days between the first event and the last, assigns the metrics to them, and adds them up again.
with

days as (
    select distinct
        {{ instant_of_second('86400 * day_number') }} as from_at,
        {{ instant_of_second('86400 * day_number + 86400') }} as to_at
    from (
        select {{ each_number(unix_second('earliest_event_at') ~ ' // 86400', unix_second('latest_event_at') ~ ' // 86400') }} as day_number
        from {{ ref('orgs') }}
    ) as numbered
),

shared_out as (
    select
        facts.*,
        case
            when facts.to_at is not null
                then {{ seconds_between('greatest(facts.from_at, days.from_at)', 'least(facts.to_at, days.to_at)') }}
        end as duration_s
    from {{ ref('req_khoros_team_event_credits') }} as facts
    inner join days
        on facts.from_at < days.to_at
        and case when facts.to_at is null then facts.from_at >= days.from_at else facts.to_at > days.from_at end
),

added_up as (
    select
        org_id,
        team_id,
        agent_id,
        count(*) filter (where fact = 'response') as responses,
        count(*) filter (where response_type = 'FIRST') as first_responses,
        coalesce(sum(responding_time_s), 0) as handle_time,
        coalesce(sum(duration_s) filter (where fact = 'available'), 0) as available_time,
        coalesce(sum(duration_s) filter (where fact = 'away'), 0) as custom_state_time,
        count(*) filter (where fact = 'submission') as approvals_requested,
        count(*) filter (where fact = 'decision') as approvals_decided,
        count(*) filter (where fact = 'survey') as csat_responses
    from shared_out
    group by org_id, team_id, agent_id
)

select
    told.org_id,
    told.team_id,
    told.agent_id,
    told.responses as responses_told,
    added_up.responses as responses_added_up
from {{ ref('khoros_care__team_performance') }} as told
left join added_up
    on told.org_id = added_up.org_id
    and told.agent_id = added_up.agent_id
    and told.team_id is not distinct from added_up.team_id
where
    told.responses is distinct from coalesce(added_up.responses, 0)
    or told.first_responses is distinct from coalesce(added_up.first_responses, 0)
    or told.handle_time is distinct from coalesce(added_up.handle_time, 0)
    or told.available_time is distinct from coalesce(added_up.available_time, 0)
    or told.custom_state_time is distinct from coalesce(added_up.custom_state_time, 0)
    or told.approvals_requested is distinct from coalesce(added_up.approvals_requested, 0)
    or told.approvals_decided is distinct from coalesce(added_up.approvals_decided, 0)
    or told.csat_responses is distinct from coalesce(added_up.csat_responses, 0)
