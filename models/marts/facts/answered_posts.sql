select
    org_id,
    message_id,
    conversation_id,
    post_author_id,
    answering_message_id,
    is_first_of_response,
    event_id,
    received_at,
    published_at,
    author_first_post_at
from {{ ref('int_answered_posts') }}
