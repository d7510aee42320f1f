with

open_conversations as (
    select * from {{ ref('req_sparkcentral_open_conversations') }}
),

languages as (
    select
        languages.org_id,
        languages.conversation_id,
        languages.language
    from {{ ref('conversation_languages') }} as languages
    inner join {{ ref('request') }} as request
        on languages.set_at <= request.as_of
        and (languages.replaced_at is null or languages.replaced_at > request.as_of)
)

select
    open_conversations.org_id,
    open_conversations.conversation_id,
    channels.medium,
    channels.channel,
    channels.channel_display_name,
    open_conversations.contact_profile_id,
    contacts.primary_identifier as contact_primary_identifier,
    contacts.secondary_identifier as contact_secondary_identifier,
    open_conversations.created_at,
    statuses.last_status_change_agent_id,
    last_agents.user_name as last_status_change_agent_name,
    last_agents.user_reference as last_status_change_agent_reference,
    statuses.last_status_change_team_id,
    teams.team_name as last_status_change_team_name,
    {{ status_word('open_conversations.status') }} as current_status,
    {{ resolved_by_word('statuses.resolved_by') }} as resolved_by,
    statuses.resolved_at,
    statuses.resolved_agent_id,
    resolving_agents.user_name as resolved_agent_name,
    resolving_agents.user_reference as resolved_agent_reference,
    numbers.inbound_messages,
    numbers.outbound_messages,
    numbers.first_response_time_s,
    numbers.handle_time_s,
    numbers.no_reply_time_s,
    numbers.cherry_picking_time_s,
    statuses.resolution_time_s,
    labels.topic_ids,
    labels.topic_names,
    open_conversations.conversation_url,
    numbers.updated_at,
    languages.language
from open_conversations
inner join {{ ref('req_sparkcentral_open_conversation_metrics') }} as numbers using (org_id, conversation_id)
left join {{ ref('req_sparkcentral_open_conversation_statuses') }} as statuses using (org_id, conversation_id)
left join {{ ref('req_sparkcentral_open_conversation_topics') }} as labels using (org_id, conversation_id)
left join languages using (org_id, conversation_id)
left join {{ ref('channels') }} as channels using (org_id, channel_id)
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
left join {{ ref('users') }} as last_agents
    on open_conversations.org_id = last_agents.org_id and statuses.last_status_change_agent_id = last_agents.user_id
left join {{ ref('teams') }} as teams
    on open_conversations.org_id = teams.org_id and statuses.last_status_change_team_id = teams.team_id
left join {{ ref('users') }} as resolving_agents
    on open_conversations.org_id = resolving_agents.org_id and statuses.resolved_agent_id = resolving_agents.user_id
