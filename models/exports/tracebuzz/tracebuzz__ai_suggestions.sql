with

suggestions as (
    select * from {{ ref('suggestions') }}
),

conversations as (
    select
        org_id,
        conversation_id,
        channel_id,
        contact_profile_id
    from {{ ref('conversations') }}
)

select
    suggestions.org_id,
    suggestions.suggestion_id as id,
    suggestions.org_id as member_id,
    suggestions.message_id as requested_result_id,
    coalesce(contacts.person_id, conversations.contact_profile_id) as person_id,
    {{ unix_second('suggestions.requested_at') }} as requested_timestamp,
    {{ unix_second('suggestions.responded_at') }} as response_timestamp,
    suggestions.text,
    actions.action_code as action,
    {{ unix_second('suggestions.acted_at') }} as action_timestamp,
    suggestions.user_id as action_user_id,
    suggestions.response_message_id as response_result_id,
    {{ unix_second('suggestions.updated_at') }} as last_updated,
    suggestions.external_id
from suggestions
inner join {{ ref('request') }} as request
    on suggestions.updated_at >= request.window_start
    and suggestions.updated_at < request.window_end
    and (request.org_id is null or suggestions.org_id = request.org_id)
left join conversations
    on suggestions.org_id = conversations.org_id and suggestions.conversation_id = conversations.conversation_id
left join {{ ref('contacts') }} as contacts
    on conversations.org_id = contacts.org_id and conversations.contact_profile_id = contacts.contact_profile_id
left join {{ ref('suggestion_actions') }} as actions using (action)
where request.channels is null or array_contains(request.channels, conversations.channel_id)
