with

requested as (
    select
        applications.*,
        conversations.channel_id
    from {{ ref('topic_applications') }} as applications
    inner join {{ ref('request') }} as request
        on applications.applied_at >= request.window_start
        and applications.applied_at < request.window_end
        and (request.org_id is null or applications.org_id = request.org_id)
    left join {{ ref('conversations') }} as conversations
        on applications.org_id = conversations.org_id and applications.conversation_id = conversations.conversation_id
    where request.channels is null or array_contains(request.channels, conversations.channel_id)
),

in_force as (
    select
        org_id,
        topic_id,
        conversation_id,
        true as is_in_force
    from {{ ref('topic_applications') }}
    where removed_at is null
),

counted as (
    select
        requested.org_id,
        requested.topic_id,
        requested.channel_id,
        count(distinct requested.conversation_id) as conversations,
        count(distinct requested.conversation_id) filter (where in_force.is_in_force) as current_conversations
    from requested
    left join in_force using (org_id, topic_id, conversation_id)
    group by requested.org_id, requested.topic_id, requested.channel_id
)

select
    counted.org_id,
    counted.topic_id,
    topics.topic_name,
    not coalesce(topics.is_deleted, false) as is_active,
    counted.conversations,
    counted.current_conversations,
    channels.medium,
    channels.channel,
    channels.channel_display_name,
    counted.channel_id
from counted
left join {{ ref('topics') }} as topics using (org_id, topic_id)
left join {{ ref('channels') }} as channels using (org_id, channel_id)
