-- Carries the conversation's columns that report filters use, so that a report selects posts by day without a further join.
select
    posts.org_id,
    posts.message_id,
    posts.conversation_id,
    posts.post_author_id,
    posts.answering_message_id,
    posts.is_first_of_response,
    posts.event_id,
    posts.received_at,
    posts.published_at,
    posts.author_first_post_at,
    conversations.channel_id,
    conversations.medium,
    conversations.conversation_url,
    conversations.priority,
    conversations.queue_id,
    conversations.assignee_id
from {{ ref('int_khoros_posts') }} as posts
inner join {{ ref('conversations') }} as conversations
    on posts.org_id = conversations.org_id and posts.conversation_id = conversations.conversation_id
