with

requested as (
    select
        approvals.*,
        coalesce(approvals.submitted_at, approvals.first_event_at) as counted_at,
        request.business_hour_type,
        request.include_disabled,
        request.team_ids
    from {{ ref('approvals') }} as approvals
    inner join {{ ref('request') }} as request
        on coalesce(approvals.submitted_at, approvals.first_event_at) >= request.window_start
        and coalesce(approvals.submitted_at, approvals.first_event_at) < request.window_end
        and (request.org_id is null or approvals.org_id = request.org_id)
)

select
    requested.org_id,
    requested.approval_id,
    requested.conversation_id,
    requested.message_id as response_id,
    requested.agent_id as responding_agent_id,
    responders.user_name as responding_agent_name,
    responders.user_email_address as responding_agent_email,
    requested.approver_id as approving_agent_id,
    approvers.user_name as approving_agent_name,
    approvers.user_email_address as approving_agent_email,
    words.word as decision,
    requested.comment,
    requested.submitted_at,
    requested.decided_at,
    {{ seconds_between('requested.submitted_at', 'requested.decided_at') }} as time_to_decision,
    coalesce(messages.published_at, messages.created_at) as response_published_date,
    requested.counted_at
from requested
inner join {{ ref('req_khoros_matching_conversations') }} using (org_id, conversation_id)
inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
left join {{ ref('messages') }} as messages
    on requested.org_id = messages.org_id and requested.message_id = messages.message_id and messages.direction = 'outbound'
left join {{ ref('users') }} as responders
    on requested.org_id = responders.org_id and requested.agent_id = responders.user_id
left join {{ ref('users') }} as approvers
    on requested.org_id = approvers.org_id and requested.approver_id = approvers.user_id
left join {{ ref('req_khoros_words') }} as words on words.code = 'approval_' || coalesce(requested.decision, 'submitted')
{{ join_business_hours('requested.org_id', 'conversations.channel_id', 'requested.counted_at') }}
where
    (requested.business_hour_type is null or requested.business_hour_type = {{ in_business_hours() }})
    and (requested.include_disabled or not coalesce(responders.is_disabled or responders.is_deleted, false))
    and (requested.team_ids is null or {{ lists_overlap('requested.team_ids', 'responders.team_ids') }})
