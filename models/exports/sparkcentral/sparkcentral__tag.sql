with

requested as (
    select
        applications.*,
        conversations.channel_id,
        conversations.contact_profile_id
    from {{ ref('tag_applications') }} as applications
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
        tag_id,
        message_id,
        true as is_in_force
    from {{ ref('tag_applications') }}
    where removed_at is null
),

counted as (
    select
        requested.org_id,
        requested.tag_id,
        requested.channel_id,
        count(distinct requested.contact_profile_id) as contacts,
        count(distinct requested.message_id) as messages,
        count(distinct requested.message_id) filter (where in_force.is_in_force) as current_messages
    from requested
    left join in_force using (org_id, tag_id, message_id)
    group by requested.org_id, requested.tag_id, requested.channel_id
)

select
    counted.org_id,
    counted.tag_id,
    tags.tag_name,
    not coalesce(tags.is_deleted, false) as is_active,
    counted.contacts,
    counted.messages,
    counted.current_messages,
    channels.medium,
    channels.channel,
    channels.channel_display_name,
    counted.channel_id
from counted
left join {{ ref('tags') }} as tags using (org_id, tag_id)
left join {{ ref('channels') }} as channels using (org_id, channel_id)
