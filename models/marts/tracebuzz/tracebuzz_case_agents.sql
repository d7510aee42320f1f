with

agents as (
    select
        org_id,
        conversation_id,
        user_id,
        bool_or(is_assignment) as was_assigned,
        bool_or(is_lock) as has_locked,
        bool_or(is_reply) as has_own_reply
    from {{ ref('int_tracebuzz_case_agents') }}
    group by org_id, conversation_id, user_id
),

replies as (
    select
        org_id,
        conversation_id,
        replying_agent_id as user_id,
        sum(agent_response_time_s) filter (where pair_number = 1) as first_reply_s,
        sum(agent_response_time_s) filter (where pair_number > 1) as additional_replies_s
    from {{ ref('tracebuzz_reply_pairs') }}
    where replying_agent_id is not null
    group by org_id, conversation_id, replying_agent_id
)

select
    agents.org_id,
    agents.conversation_id,
    agents.user_id,
    agents.was_assigned,
    agents.has_locked,
    agents.has_own_reply,
    replies.first_reply_s::bigint as first_reply_s,
    coalesce(replies.additional_replies_s, 0)::bigint as additional_replies_s
from agents
left join replies using (org_id, conversation_id, user_id)
