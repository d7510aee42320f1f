with

requested as (
    select
        help_requests.*,
        coalesce(help_requests.requested_at, help_requests.first_event_at) as counted_at,
        request.business_hour_type
    from {{ ref('help_requests') }} as help_requests
    inner join {{ ref('request') }} as request
        on coalesce(help_requests.requested_at, help_requests.first_event_at) >= request.window_start
        and coalesce(help_requests.requested_at, help_requests.first_event_at) < request.window_end
        and (request.org_id is null or help_requests.org_id = request.org_id)
)

select
    requested.org_id,
    requested.help_request_id,
    requested.conversation_id,
    requested.requester_id as requesting_agent_id,
    users.user_name as requesting_agent_name,
    users.user_email_address as requesting_agent_email,
    requested.expert_name,
    requested.expert_email,
    words.word as status,
    requested.question,
    requested.answer,
    requested.requested_at,
    requested.answered_at,
    requested.closed_at,
    {{ seconds_between('requested.requested_at', 'requested.answered_at') }} as time_to_answer,
    requested.counted_at
from requested
inner join {{ ref('req_khoros_matching_conversations') }} using (org_id, conversation_id)
inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
left join {{ ref('users') }} as users
    on requested.org_id = users.org_id and requested.requester_id = users.user_id
left join {{ ref('req_khoros_words') }} as words on words.code = 'help_' || requested.help_state
{{ join_business_hours('requested.org_id', 'conversations.channel_id', 'requested.counted_at') }}
where requested.business_hour_type is null or requested.business_hour_type = {{ in_business_hours() }}
