with

requested as (
    select
        responses.*,
        conversations.channel_id,
        conversations.contact_profile_id,
        conversations.conversation_url
    from {{ ref('sparkcentral_responses') }} as responses
    inner join {{ ref('request') }} as request
        on responses.to_at >= request.window_start
        and responses.to_at < request.window_end
        and (request.org_id is null or responses.org_id = request.org_id)
    inner join {{ ref('conversations') }} as conversations
        on responses.org_id = conversations.org_id
        and responses.conversation_id = conversations.conversation_id
        and (request.channels is null or array_contains(request.channels, conversations.channel_id))
)

select
    requested.org_id,
    requested.conversation_id,
    channels.medium,
    channels.channel as sender_channel,
    channels.channel_display_name as sender_channel_display_name,
    requested.contact_profile_id,
    requested.started_by,
    requested.handover_reason,
    requested.from_at,
    requested.to_at,
    requested.agent_response_time_s,
    requested.replying_agent_id,
    users.user_name as replying_agent_name,
    users.user_reference as replying_agent_reference,
    requested.inbound_message_id,
    requested.outbound_message_id,
    requested.conversation_url
from requested
left join {{ ref('channels') }} as channels using (org_id, channel_id)
left join {{ ref('users') }} as users
    on requested.org_id = users.org_id and requested.replying_agent_id = users.user_id
