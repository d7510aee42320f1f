with

-- A start is a hand-over, a reassignment, or an inbound message directly after a human message or a resolution, or as the first step. It is answered
-- if next_step is human.
answered_starts as (
    select
        *,
        case
            when step = 'handed_over' then 'VA_HANDED_OVER_CONVERSATION'
            when step = 'reassigned_to_human' then 'VA_REASSIGNED_CONVERSATION_TO_HUMAN_AGENT'
            when inbound_before = 0 then 'NEW_CONVERSATION'
            else 'INBOUND_MESSAGE'
        end as started_by
    from {{ ref('int_sparkcentral_response_timeline') }}
    where
        next_step = 'human'
        and (
            step in ('handed_over', 'reassigned_to_human')
            or step = 'inbound' and coalesce(previous_step, 'resolved') in ('human', 'resolved')
        )
)

select
    starts.org_id,
    starts.conversation_id,
    starts.started_by,
    case when starts.step = 'handed_over' then starts.handover_reason end as handover_reason,
    starts.occurred_at as from_at,
    replies.created_at as to_at,
    case when starts.step = 'inbound' then starts.message_id else starts.previous_inbound_message_id end as inbound_message_id,
    replies.message_id as outbound_message_id,
    replies.author_id as replying_agent_id,
    {{ acting_team('replies.team_id') }} as team_id
from answered_starts as starts
inner join {{ ref('int_message_creations') }} as replies
    on starts.org_id = replies.org_id and starts.next_reply_message_id = replies.message_id
{{ join_own_team('replies.org_id', 'replies.author_id', 'replies.author_type') }}
