with

combined as (
    select * from {{ ref('req_khoros_combined_rows') }}
),

-- Reads the contents of the few requested messages only, not of all messages.
posts as (
    select org_id, message_id, created_at, content
    from {{ ref('messages') }}
    where (org_id, message_id, created_at) in (select posted.org_id, posted.post_id, posted.received_at from combined as posted)
),

responses as (
    select org_id, message_id, created_at, content
    from {{ ref('messages') }}
    where (org_id, message_id, created_at) in (select sent.org_id, sent.response_id, sent.sent_at from combined as sent)
)

select
    combined.org_id,
    combined.record_type,
    combined.conversation_id,
    combined.network,
    combined.post_id,
    combined.post_author_id as author_id,
    contacts.display_name as author_name,
    posts.content,
    combined.published_at,
    combined.received_at,
    combined.priority,
    combined.queue_id as work_queue_id,
    queues.queue_name as work_queue_name,
    tag_lists.tags,
    combined.response_id,
    combined.response_type,
    combined.responding_agent_id,
    users.user_name as responding_agent_name,
    users.user_email_address as responding_agent_email,
    responses.content as response_content,
    combined.response_published_date,
    combined.response_tar,
    combined.handle_time_total_response,
    combined.counted_at,
    combined.message_id
from combined
left join posts
    on combined.org_id = posts.org_id and combined.post_id = posts.message_id and combined.received_at = posts.created_at
left join responses
    on combined.org_id = responses.org_id and combined.response_id = responses.message_id and combined.sent_at = responses.created_at
left join {{ ref('contacts') }} as contacts
    on combined.org_id = contacts.org_id and combined.post_author_id = contacts.contact_profile_id
left join {{ ref('queues') }} as queues
    on combined.org_id = queues.org_id and combined.queue_id = queues.queue_id
left join {{ ref('users') }} as users
    on combined.org_id = users.org_id and combined.responding_agent_id = users.user_id
left join {{ ref('khoros_message_tags') }} as tag_lists
    on combined.org_id = tag_lists.org_id and combined.post_id = tag_lists.message_id
