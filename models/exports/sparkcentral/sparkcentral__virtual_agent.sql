with

facts as (
    select org_id, 'message' as fact, author_id as agent_id, conversation_id, message_id, created_at as happened_at, null as handover_reason
    from {{ ref('messages') }}
    where direction = 'outbound' and author_type = 'virtual_agent'
    union all
    select org_id, 'handover', virtual_agent_id, conversation_id, null, handed_over_at, handover_reason
    from {{ ref('handovers') }}
    union all
    select org_id, 'resolution', actor_id, conversation_id, null, changed_at, null
    from {{ ref('status_changes') }}
    where status = 'resolved' and actor_type = 'virtual_agent'
    union all
    select org_id, 'topic', actor_id, conversation_id, null, applied_at, null
    from {{ ref('topic_applications') }}
    where actor_type = 'virtual_agent'
    union all
    select org_id, 'tag', actor_id, conversation_id, message_id, applied_at, null
    from {{ ref('tag_applications') }}
    where actor_type = 'virtual_agent'
),

counted as (
    select
        facts.org_id,
        facts.agent_id,
        conversations.channel_id,
        count(*) filter (where facts.fact = 'message') as messages,
        count(distinct facts.conversation_id) filter (where facts.fact = 'message') as conversations,
        count(*) filter (where facts.fact = 'handover') as handovers,
        count(*) filter (where facts.fact = 'handover' and facts.handover_reason = 'VA_ENCOUNTERED_ERROR') as error_handovers,
        count(distinct facts.conversation_id) filter (where facts.fact = 'resolution') as resolved_conversations,
        count(*) filter (where facts.fact = 'topic') as topics_applied,
        count(distinct facts.message_id) filter (where facts.fact = 'tag') as messages_tagged,
        count(*) filter (where facts.fact = 'tag') as tags_applied
    from facts
    inner join {{ ref('request') }} as request
        on facts.happened_at >= request.window_start
        and facts.happened_at < request.window_end
        and (request.org_id is null or facts.org_id = request.org_id)
    left join {{ ref('conversations') }} as conversations
        on facts.org_id = conversations.org_id and facts.conversation_id = conversations.conversation_id
    where facts.agent_id is not null and (request.channels is null or array_contains(request.channels, conversations.channel_id))
    group by facts.org_id, facts.agent_id, conversations.channel_id
)

select
    counted.org_id,
    counted.agent_id,
    users.user_name as agent_name,
    channels.medium,
    channels.channel,
    channels.channel_display_name,
    counted.conversations,
    counted.handovers,
    counted.error_handovers,
    counted.resolved_conversations,
    counted.topics_applied,
    counted.messages_tagged,
    counted.tags_applied,
    counted.channel_id
from counted
left join {{ ref('channels') }} as channels using (org_id, channel_id)
left join {{ ref('users') }} as users
    on counted.org_id = users.org_id and counted.agent_id = users.user_id
where counted.messages > 0
