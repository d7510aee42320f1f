-- Credits every event to its agent and to the agent's team at the event, and computes the metrics of both.
with

credits as (
    select
        'user' as owner_type,
        user_id as owner_id,
        *
    from {{ ref('req_sparkcentral_agent_events') }}
    where user_id is not null
    union all
    select
        'team',
        team_id,
        *
    from {{ ref('req_sparkcentral_agent_events') }}
    where team_id is not null
),

-- If an owner resolved a conversation several times, only the last resolution counts, with its has_reply.
ranked as (
    select
        *,
        row_number() over (
            partition by org_id, owner_type, owner_id, conversation_id, fact
            order by amount desc
        ) = 1 and fact = 'resolution' as is_last_resolution
    from credits
)

select
    org_id,
    owner_type,
    owner_id,
    min(happened_at) filter (where fact = 'reply') as created_at,
    count(*) filter (where fact = 'reply') as replies,
    count(distinct contact_profile_id) filter (where fact = 'reply') as contacts_helped,
    count(*) filter (where is_last_resolution and has_reply) as resolves_with_reply,
    count(*) filter (where is_last_resolution and not has_reply) as resolves_without_reply,
    {{ average('amount', "fact = 'first_response'") }} as avg_first_response_time_s,
    {{ average('amount', "fact = 'first_resolution' and amount is not null") }} as avg_resolution_time_s,
    {{ average('amount', "session_kind = 'handle'") }} as avg_handle_time_s,
    coalesce(sum(amount) filter (where session_kind = 'handle'), 0)::bigint as handle_time_s,
    coalesce(sum(amount) filter (where session_kind = 'no_reply'), 0)::bigint as no_reply_time_s,
    coalesce(sum(amount) filter (where session_kind = 'cherry_picking'), 0)::bigint as cherry_picking_time_s,
    count(*) filter (where fact = 'survey' and amount = 1) as csat_score_1,
    count(*) filter (where fact = 'survey' and amount = 2) as csat_score_2,
    count(*) filter (where fact = 'survey' and amount = 3) as csat_score_3,
    count(*) filter (where fact = 'survey' and amount = 4) as csat_score_4,
    count(*) filter (where fact = 'survey' and amount = 5) as csat_score_5,
    count(*) filter (where fact = 'tag') as tags_added,
    count(*) filter (where fact = 'topic') as topics_added
from ranked
group by org_id, owner_type, owner_id
