with

claims as (
    select org_id, conversation_id, user_id, occurred_at, sequence, event_id, 'lock_events' as stream
    from {{ ref('stg_lock_events') }}
    where event_type = 'locked'
    union all
    select org_id, conversation_id, assignee_id, occurred_at, sequence, event_id, 'conversation_events'
    from {{ ref('stg_conversation_events') }}
    where event_type = 'assigned' and assignee_id is not null
),

-- A user without a row in users counts as a human agent.
agents_claims as (
    select
        claims.*,
        row_number() over (
            partition by claims.org_id, claims.conversation_id
            order by claims.occurred_at, claims.sequence nulls last, claims.event_id, claims.stream
        ) as claim_number
    from claims
    left join {{ ref('int_users') }} as users using (org_id, user_id)
    where coalesce(users.user_type, 'human') = 'human'
)

select
    org_id,
    conversation_id,
    user_id as owner_id,
    occurred_at as owned_at
from agents_claims
where claim_number = 1
