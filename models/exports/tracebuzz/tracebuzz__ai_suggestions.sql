with

suggestions as (
    select * from {{ ref('suggestions') }}
),

cases as (
    select
        conversations.org_id,
        conversations.conversation_id,
        conversations.channel_id,
        coalesce(contacts.person_id, conversations.contact_profile_id) as person_id
    from {{ ref('conversations') }} as conversations
    left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
)

select
    suggestions.org_id,
    suggestions.suggestion_id as id,
    suggestions.org_id as member_id,
    suggestions.message_id as requested_result_id,
    cases.person_id,
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
left join cases
    on suggestions.org_id = cases.org_id and suggestions.conversation_id = cases.conversation_id
left join {{ ref('suggestion_actions') }} as actions using (action)
where request.channels is null or array_contains(request.channels, cases.channel_id)
