with

requested as (
    select
        messages.*,
        request.delivery
    from {{ ref('messages') }} as messages
    inner join {{ ref('request') }} as request
        on messages.created_at >= request.window_start
        and messages.created_at < request.window_end
        and (request.org_id is null or messages.org_id = request.org_id)
        and (request.channels is null or array_contains(request.channels, messages.channel_id))
)

select
    requested.org_id,
    requested.message_id,
    requested.created_at,
    requested.conversation_id,
    channels.medium,
    channels.channel,
    channels.channel_display_name,
    requested.contact_profile_id,
    contacts.primary_identifier as contact_primary_identifier,
    contacts.secondary_identifier as contact_secondary_identifier,
    requested.message_type,
    requested.origin,
    requested.outbound_type as outbound_message_type,
    case requested.direction when 'inbound' then 'Inbound' when 'outbound' then 'Outbound' end as direction,
    {{ acting_agent('requested.author_type', 'requested.author_id') }} as agent_id,
    users.user_name as agent_name,
    users.user_reference as agent_reference,
    requested.team_id,
    teams.team_name,
    requested.tag_ids,
    requested.tag_names,
    case when not (requested.delivery = 'scheduled' and channels.medium is not distinct from 'twitter') then requested.content end as content,
    requested.conversation_url,
    requested.post_url,
    requested.updated_at,
    requested.deleted_at,
    requested.system_user_type
from requested
left join {{ ref('channels') }} as channels using (org_id, channel_id)
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
left join {{ ref('teams') }} as teams using (org_id, team_id)
left join {{ ref('users') }} as users
    on requested.org_id = users.org_id
    and {{ acting_agent('requested.author_type', 'requested.author_id') }} = users.user_id
