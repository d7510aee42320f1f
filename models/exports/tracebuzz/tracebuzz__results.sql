with

requested as (
    select messages.*
    from {{ ref('messages') }} as messages
    inner join {{ ref('request') }} as request
        on messages.created_at >= request.window_start
        and messages.created_at < request.window_end
        and (request.org_id is null or messages.org_id = request.org_id)
        and (request.channels is null or array_contains(request.channels, messages.channel_id))
),

channels as (
    select
        channels.org_id,
        channels.channel_id,
        channels.channel as user_name,
        coalesce(channels.channel_display_name, channels.channel) as title,
        sources.source_code
    from {{ ref('channels') }} as channels
    left join {{ ref('result_sources') }} as sources using (medium)
),

conversations as (
    select
        org_id,
        conversation_id,
        inbox_id,
        case when status = 'resolved' then 'closed' else 'default' end as result_status
    from {{ ref('conversations') }}
),

states as (
    select
        org_id,
        conversation_id,
        external_id
    from {{ ref('tracebuzz_case_states') }}
)

-- An inbound message shows the names of its profile, an outbound one those of the channel.
select
    requested.org_id,
    requested.message_id as result_id,
    conversations.inbox_id as search_id,
    requested.source_query_id as source_search_id,
    requested.post_url as link,
    case when requested.direction = 'inbound' then contacts.primary_identifier else channels.user_name end as user_name,
    case when requested.direction = 'inbound' then contacts.display_name else channels.title end as title,
    requested.content as description,
    case when requested.direction = 'inbound' then contacts.profile_image_url end as profile_image,
    requested.bracketed_tag_ids as labels,
    {{ unix_second('coalesce(requested.published_at, requested.created_at)') }} as time,
    statuses.result_status_code as status,
    channels.source_code as source,
    requested.is_favorited::bigint as favorite,
    requested.likes,
    requested.reach_rank as tbrank,
    requested.location_id,
    {{ unix_second('requested.checked_at') }} as checked,
    {{ known_sentiment('requested.sentiment') }} as sentiment,
    states.external_id as exported,
    {{ unix_second('requested.created_at') }} as found_time,
    requested.parent_message_id as parent_id,
    requested.sub_parent_message_id as sub_parent_id,
    requested.source_profile_id as source_person_id,
    requested.conversation_id as case_id,
    coalesce(contacts.person_id, requested.profile_id) as person_id,
    types.result_type_code as type,
    (requested.direction = 'outbound')::bigint as own,
    coalesce(requested.owned_by_external_service, false)::bigint as owned_by_external_service
from requested
left join conversations using (org_id, conversation_id)
left join states using (org_id, conversation_id)
left join channels using (org_id, channel_id)
left join {{ ref('contacts') }} as contacts
    on requested.org_id = contacts.org_id and requested.profile_id = contacts.contact_profile_id
left join {{ ref('result_types') }} as types using (result_type)
left join {{ ref('result_statuses') }} as statuses
    on case when requested.is_trashed then 'trash' else conversations.result_status end = statuses.result_status
