with

first_resolutions as (
    select * from {{ ref('int_sparkcentral_resolutions') }}
    where resolution_number = 1
),

languages as (
    select * from {{ ref('conversation_languages') }}
    where replaced_at is null
)

select
    profiles.org_id,
    profiles.conversation_id,
    profiles.channel_id,
    profiles.contact_profile_id,
    coalesce(profiles.inbox_id, channels.inbox_id) as inbox_id,
    settings.queue_id,
    settings.assignee_id,
    owners.owner_id,
    coalesce(channels.medium, contacts.medium) as medium,
    profiles.conversation_url,
    profiles.display_number,
    languages.language,
    coalesce(statuses.status, 'new') as status,
    settings.priority,
    {{ acting_agent('statuses.last_status_change_actor_type', 'statuses.last_status_change_actor_id') }} as last_status_change_agent_id,
    statuses.last_status_change_team_id,
    {{ acting_agent('statuses.first_resolved_actor_type', 'statuses.first_resolved_actor_id') }} as first_resolved_agent_id,
    statuses.first_resolved_team_id,
    statuses.resolved_by,
    statuses.resolve_trigger,
    statuses.resolve_reason,
    statuses.resolve_comment,
    topics.topic_ids,
    topics.topic_names,
    coalesce(messages.inbound_messages, 0) as inbound_messages,
    coalesce(messages.outbound_messages, 0) as outbound_messages,
    first_responses.first_response_time_s,
    first_resolutions.resolution_time_s,
    coalesce(locks.handle_time_s, 0) as handle_time_s,
    coalesce(locks.no_reply_time_s, 0) as no_reply_time_s,
    coalesce(locks.cherry_picking_time_s, 0) as cherry_picking_time_s,
    profiles.created_at,
    profiles.creation_event_at,
    profiles.first_event_at,
    messages.last_inbound_at,
    statuses.first_resolved_at,
    statuses.status_changed_at,
    settings.snoozed_until,
    profiles.updated_at
from {{ ref('int_conversation_profiles') }} as profiles
left join {{ ref('int_conversation_statuses') }} as statuses using (org_id, conversation_id)
left join first_resolutions using (org_id, conversation_id)
left join languages using (org_id, conversation_id)
left join {{ ref('int_conversation_message_counts') }} as messages using (org_id, conversation_id)
left join {{ ref('int_sparkcentral_first_responses') }} as first_responses using (org_id, conversation_id)
left join {{ ref('int_conversation_lock_times') }} as locks using (org_id, conversation_id)
left join {{ ref('int_conversation_topics') }} as topics using (org_id, conversation_id)
left join {{ ref('conversation_settings') }} as settings using (org_id, conversation_id)
left join {{ ref('conversation_owners') }} as owners using (org_id, conversation_id)
left join {{ ref('int_channels') }} as channels using (org_id, channel_id)
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
