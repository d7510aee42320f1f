with

numbers as (
    select * from {{ ref('req_sparkcentral_agent_metrics') }}
    where owner_type = 'user'
),

presence_times as (
    select * from {{ ref('req_sparkcentral_presence_times') }}
),

-- Every agent with a metric or with presence time has one row; metrics without events are 0.
agents as (
    select org_id, owner_id as user_id
    from numbers
    union
    select org_id, user_id
    from presence_times
)

select
    agents.org_id,
    numbers.created_at,
    agents.user_id,
    users.user_name,
    users.user_email_address,
    users.user_reference,
    coalesce(presence_times.available_time_s, 0) as available_time_s,
    coalesce(presence_times.away_time_s, 0) as away_time_s,
    coalesce(numbers.contacts_helped, 0) as contacts_helped,
    numbers.avg_handle_time_s,
    coalesce(numbers.handle_time_s, 0) as handle_time_s,
    coalesce(numbers.no_reply_time_s, 0) as no_reply_time_s,
    coalesce(numbers.cherry_picking_time_s, 0) as cherry_picking_time_s,
    coalesce(numbers.replies, 0) as replies,
    coalesce(numbers.resolves_with_reply, 0) as resolves_with_reply,
    coalesce(numbers.resolves_without_reply, 0) as resolves_without_reply,
    coalesce(numbers.tags_added, 0) as tags_added,
    coalesce(numbers.topics_added, 0) as topics_added,
    {{ rounded_quotient('100 * coalesce(utilized_times.utilized_time_s, 0)', 'presence_times.available_time_s') }} as utilization_pct,
    coalesce(numbers.csat_score_1, 0) as csat_score_1,
    coalesce(numbers.csat_score_2, 0) as csat_score_2,
    coalesce(numbers.csat_score_3, 0) as csat_score_3,
    coalesce(numbers.csat_score_4, 0) as csat_score_4,
    coalesce(numbers.csat_score_5, 0) as csat_score_5
from agents
left join numbers
    on agents.org_id = numbers.org_id and agents.user_id = numbers.owner_id
left join presence_times
    on agents.org_id = presence_times.org_id and agents.user_id = presence_times.user_id
left join {{ ref('req_sparkcentral_utilized_times') }} as utilized_times
    on agents.org_id = utilized_times.org_id and agents.user_id = utilized_times.user_id
left join {{ ref('users') }} as users
    on agents.org_id = users.org_id and agents.user_id = users.user_id
where coalesce(users.user_type, 'human') not in ('virtual_agent', 'bot')
