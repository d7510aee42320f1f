with

conversations as (
    select
        reported.*,
        waits.tar_start_at,
        waits.first_response_published_at,
        waits.first_tar_s,
        waits.is_waiting,
        {{ seconds_after('waits.tar_start_at', 'inboxes.first_reply_service_level_s') }} as due_at
    from {{ ref('req_khoros_reported_conversations') }} as reported
    left join {{ ref('req_khoros_report_waits') }} as waits using (org_id, conversation_id)
    left join {{ ref('inboxes') }} as inboxes
        on reported.org_id = inboxes.org_id and reported.inbox_id = inboxes.inbox_id
)

select
    conversations.org_id,
    conversations.conversation_id,
    {{ whole_number_of('conversations.display_number') }} as display_number,
    conversations.conversation_url as conversation_link,
    words.word as status,
    conversations.medium as network,
    conversations.contact_profile_id as author_id,
    contacts.display_name as author_name,
    conversations.created_at,
    conversations.tar_start_at,
    conversations.due_at,
    conversations.closed_at,
    conversations.snooze_expires_at,
    conversations.priority,
    conversations.queue_id as work_queue_id,
    queues.queue_name as work_queue_name,
    conversations.assignee_id as assigned_agent_id,
    assignees.user_name as assigned_agent_name,
    assignees.user_email_address as assigned_agent_email,
    conversations.owner_id as owner_agent_id,
    conversations.closed_by_agent_id,
    closers.user_name as closed_by_agent_name,
    conversations.resolve_reason as disposition,
    conversations.resolve_comment as custom_disposition,
    conversations.tags,
    talk.incoming_posts,
    talk.responses,
    talk.agent_responses,
    talk.bot_responses,
    conversations.first_tar_s as first_tar,
    talk.average_tar,
    talk.handle_time_s as handle_time,
    conversations.reopen_count,
    case
        when conversations.first_response_published_at is not null then conversations.first_response_published_at <= conversations.due_at
        when conversations.is_waiting and conversations.moment_at > conversations.due_at then false
    end as is_within_sla
from conversations
inner join {{ ref('req_khoros_report_messages') }} as talk using (org_id, conversation_id)
left join {{ ref('contacts') }} as contacts
    on conversations.org_id = contacts.org_id and conversations.contact_profile_id = contacts.contact_profile_id
left join {{ ref('queues') }} as queues
    on conversations.org_id = queues.org_id and conversations.queue_id = queues.queue_id
left join {{ ref('users') }} as assignees
    on conversations.org_id = assignees.org_id and conversations.assignee_id = assignees.user_id
left join {{ ref('users') }} as closers
    on conversations.org_id = closers.org_id and conversations.closed_by_agent_id = closers.user_id
left join {{ ref('req_khoros_words') }} as words on words.code = 'status_' || conversations.status
