with

requested as (
    select conversations.*
    from {{ ref('conversations') }} as conversations
    inner join {{ ref('request') }} as request
        on conversations.first_resolved_at >= request.window_start
        and conversations.first_resolved_at < request.window_end
        and (request.org_id is null or conversations.org_id = request.org_id)
        and (request.channels is null or array_contains(request.channels, conversations.channel_id))
)

select
    requested.org_id,
    requested.conversation_id,
    channels.medium,
    channels.channel,
    channels.channel_display_name,
    requested.contact_profile_id,
    contacts.primary_identifier as contact_primary_identifier,
    contacts.secondary_identifier as contact_secondary_identifier,
    requested.created_at,
    requested.last_status_change_agent_id,
    last_agents.user_name as last_status_change_agent_name,
    last_agents.user_reference as last_status_change_agent_reference,
    requested.last_status_change_team_id,
    teams.team_name as last_status_change_team_name,
    {{ status_word('requested.status') }} as current_status,
    {{ resolved_by_word('requested.resolved_by') }} as resolved_by,
    requested.resolve_reason,
    requested.resolve_comment,
    case requested.resolve_trigger
        when 'human_agent' then 'Human Agent'
        when 'virtual_agent' then 'Virtual Agent'
        when 'automation' then 'Automation'
        when 'auto_resolve' then 'Auto Resolve'
    end as resolve_trigger,
    requested.first_resolved_at as resolved_at,
    requested.first_resolved_agent_id as resolved_agent_id,
    resolving_agents.user_name as resolved_agent_name,
    resolving_agents.user_reference as resolved_agent_reference,
    requested.inbound_messages,
    requested.outbound_messages,
    requested.first_response_time_s,
    requested.handle_time_s,
    requested.no_reply_time_s,
    requested.cherry_picking_time_s,
    requested.resolution_time_s,
    requested.topic_ids,
    requested.topic_names,
    requested.conversation_url,
    requested.updated_at,
    requested.language,
    surveys.score::integer as csat_score,
    surveys.completed_status as csat_completed_status,
    surveys.follow_up_question as csat_follow_up_question,
    surveys.follow_up_answer as csat_follow_up_answer
from requested
left join {{ ref('channels') }} as channels using (org_id, channel_id)
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
left join {{ ref('users') }} as last_agents
    on requested.org_id = last_agents.org_id and requested.last_status_change_agent_id = last_agents.user_id
left join {{ ref('teams') }} as teams
    on requested.org_id = teams.org_id and requested.last_status_change_team_id = teams.team_id
left join {{ ref('users') }} as resolving_agents
    on requested.org_id = resolving_agents.org_id and requested.first_resolved_agent_id = resolving_agents.user_id
left join {{ ref('surveys') }} as surveys
    on requested.org_id = surveys.org_id
    and requested.conversation_id = surveys.conversation_id
    and surveys.is_latest_of_conversation
