with

requested as (
    select
        messages.*,
        channels.medium
    from {{ ref('messages') }} as messages
    inner join {{ ref('request') }} as request
        on messages.created_at >= request.window_start
        and messages.created_at < request.window_end
        and (request.org_id is null or messages.org_id = request.org_id)
        and (request.channels is null or array_contains(request.channels, messages.channel_id))
    left join {{ ref('channels') }} as channels
        on messages.org_id = channels.org_id and messages.channel_id = channels.channel_id
    where
        messages.contact_profile_id is not null
        and (messages.is_contact_message or messages.direction = 'outbound')
),

counted as (
    select
        org_id,
        contact_profile_id,
        medium,
        min(created_at) filter (where is_contact_message) as created_at,
        count(distinct conversation_id) as conversations,
        count(*) filter (where is_contact_message) as inbound_messages,
        count(*) filter (where direction = 'outbound') as outbound_messages,
        max(created_at) as updated_at
    from requested
    group by org_id, contact_profile_id, medium
)

select
    counted.org_id,
    counted.contact_profile_id,
    counted.medium,
    contacts.primary_identifier,
    contacts.secondary_identifier,
    counted.created_at,
    counted.conversations,
    counted.inbound_messages,
    counted.outbound_messages,
    counted.updated_at
from counted
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
