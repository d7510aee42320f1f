select
    posts.org_id,
    posts.message_id as post_id,
    messages.external_id as external_post_id,
    posts.conversation_id,
    posts.conversation_url as conversation_link,
    posts.network,
    coalesce(messages.result_type, messages.message_type) as post_type,
    case when messages.result_type in ('page', 'post', 'comment', 'private_message', 'ad') then messages.result_type = 'private_message' end as is_private,
    messages.in_reply_to_message_id as in_reply_to_post_id,
    posts.post_author_id as author_id,
    contacts.display_name as author_name,
    contacts.primary_identifier as author_handle,
    messages.content,
    messages.language,
    {{ known_sentiment('messages.sentiment') }} as sentiment,
    posts.published_at,
    posts.received_at,
    posts.in_business_hours,
    posts.priority,
    posts.queue_id as work_queue_id,
    queues.queue_name as work_queue_name,
    posts.assignee_id as assigned_agent_id,
    users.user_name as assigned_agent_name,
    users.user_email_address as assigned_agent_email,
    tag_lists.tags,
    tag_lists.manual_tags,
    tag_lists.auto_tags
from {{ ref('req_khoros_posts') }} as posts
inner join {{ ref('messages') }} as messages
    on posts.org_id = messages.org_id
    and posts.message_id = messages.message_id
    and posts.received_at = messages.created_at
left join {{ ref('contacts') }} as contacts
    on posts.org_id = contacts.org_id and posts.post_author_id = contacts.contact_profile_id
left join {{ ref('queues') }} as queues
    on posts.org_id = queues.org_id and posts.queue_id = queues.queue_id
left join {{ ref('users') }} as users
    on posts.org_id = users.org_id and posts.assignee_id = users.user_id
left join {{ ref('khoros_message_tags') }} as tag_lists
    on posts.org_id = tag_lists.org_id and posts.message_id = tag_lists.message_id
