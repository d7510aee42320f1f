select
    combined.org_id,
    combined.record_type,
    combined.conversation_id,
    combined.network,
    combined.post_id,
    combined.post_author_id as author_id,
    contacts.display_name as author_name,
    post_messages.content,
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
    response_messages.content as response_content,
    combined.response_published_date,
    combined.response_tar,
    combined.handle_time_total_response,
    combined.counted_at,
    combined.message_id
from {{ ref('int_combined_rows') }} as combined
left join {{ ref('messages') }} as post_messages
    on combined.org_id = post_messages.org_id
    and combined.post_id = post_messages.message_id
    and combined.received_at = post_messages.created_at
left join {{ ref('messages') }} as response_messages
    on combined.org_id = response_messages.org_id
    and combined.response_id = response_messages.message_id
    and combined.sent_at = response_messages.created_at
left join {{ ref('contacts') }} as contacts
    on combined.org_id = contacts.org_id and combined.post_author_id = contacts.contact_profile_id
left join {{ ref('queues') }} as queues
    on combined.org_id = queues.org_id and combined.queue_id = queues.queue_id
left join {{ ref('users') }} as users
    on combined.org_id = users.org_id and combined.responding_agent_id = users.user_id
left join {{ ref('int_message_tag_lists') }} as tag_lists
    on combined.org_id = tag_lists.org_id and combined.post_id = tag_lists.message_id
