with

touched as (
    select
        messages.org_id,
        messages.conversation_id
    from {{ ref('messages') }} as messages
    inner join {{ ref('request') }} as request
        on messages.created_at >= request.window_start
        and messages.created_at < request.window_end
        and (request.org_id is null or messages.org_id = request.org_id)
    union
    select
        changes.org_id,
        changes.conversation_id
    from {{ ref('status_changes') }} as changes
    inner join {{ ref('request') }} as request
        on changes.changed_at >= request.window_start
        and changes.changed_at < request.window_end
        and (request.org_id is null or changes.org_id = request.org_id)
    where changes.status = 'resolved'
),

requested as (
    select conversations.*
    from {{ ref('conversations') }} as conversations
    inner join touched using (org_id, conversation_id)
    inner join {{ ref('request') }} as request
        on request.channels is null or array_contains(request.channels, conversations.channel_id)
),

states as (
    select * from {{ ref('tracebuzz_case_states') }}
)

select
    requested.org_id,
    requested.conversation_id as id,
    requested.inbox_id as case_search_id,
    coalesce(contacts.person_id, requested.contact_profile_id) as person_id,
    states.reason_id,
    {{ unix_second('states.reason_at') }} as reason_time,
    states.assignee_id as handler_id,
    coalesce({{ unix_second('states.service_level_expires_at') }}, 0) as sl_expires,
    case when requested.status = 'resolved' then {{ unix_second('requested.status_changed_at') }} end as closed,
    states.external_id,
    case when requested.status <> 'resolved' then coalesce('u_' || states.holder_id, states.queue_id) end as queue_id,
    case when channels.medium in ('facebook', 'whatsapp') then {{ unix_second('requested.last_inbound_at') }} + 86400 end as service_window,
    states.external_routing_id as external_routing_system_id
from requested
left join states using (org_id, conversation_id)
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
left join {{ ref('channels') }} as channels using (org_id, channel_id)
