-- Computes the metrics of the whole window, which has no interval, and of each interval.
with

facts as (
    select * from {{ ref('req_khoros_team_event_credits') }}
),

-- Each report reads one kind of period only, and filters on it, so the other kind is not computed.
spans as (
    select
        false as is_bucket,
        null::timestamptz as interval_start,
        null::timestamptz as interval_end,
        window_start as from_at,
        window_end as to_at
    from {{ ref('request') }}
    union all
    select true as is_bucket, interval_start, interval_end, interval_start as from_at, interval_end as to_at
    from {{ ref('req_khoros_intervals') }}
),

credits as (
    select
        facts.*,
        spans.is_bucket,
        spans.interval_start,
        spans.interval_end,
        null::bigint as duration_s
    from facts
    inner join spans on facts.from_at >= spans.from_at and facts.from_at < spans.to_at
    where facts.to_at is null
    union all
    select
        facts.*,
        spans.is_bucket,
        spans.interval_start,
        spans.interval_end,
        {{ seconds_between('greatest(facts.from_at, spans.from_at)', 'least(facts.to_at, spans.to_at)') }} as duration_s
    from facts
    inner join spans on facts.from_at < spans.to_at and facts.to_at > spans.from_at
    union all
    select
        facts.*,
        false as is_bucket,
        null::timestamptz as interval_start,
        null::timestamptz as interval_end,
        null::bigint as duration_s
    from facts
    where facts.fact = 'membership'
)

select
    org_id,
    team_id,
    agent_id,
    is_bucket,
    interval_start,
    interval_end,
    count(distinct conversation_id) filter (where fact = 'assignment') as conversations_assigned,
    count(distinct conversation_id) filter (where fact = 'response') as conversations_responded,
    count(distinct conversation_id) filter (where fact = 'closing') as conversations_closed,
    count(*) filter (where fact = 'response') as responses,
    count(*) filter (where response_type = 'FIRST') as first_responses,
    count(*) filter (where response_type = 'SUBSEQUENT') as subsequent_responses,
    {{ average('tar_s', 'tar_s is not null') }} as average_tar,
    {{ average('tar_s', "response_type = 'FIRST'") }} as average_first_tar,
    coalesce(sum(responding_time_s), 0)::bigint as handle_time,
    {{ rounded_quotient('sum(responding_time_s)', "count(*) filter (where fact = 'response')") }} as average_handle_time,
    coalesce(sum(duration_s) filter (where fact = 'available'), 0)::bigint as available_time,
    coalesce(sum(duration_s) filter (where fact = 'away'), 0)::bigint as custom_state_time,
    coalesce(sum(duration_s) filter (where fact = 'offline'), 0)::bigint as offline_time,
    count(*) filter (where fact = 'submission') as approvals_requested,
    count(*) filter (where fact = 'decision') as approvals_decided,
    count(*) filter (where fact = 'survey') as csat_responses,
    {{ average('score', 'score is not null') }} as average_csat_score
from credits
group by org_id, team_id, agent_id, is_bucket, interval_start, interval_end
