select
    org_id,
    suggestion_id,
    conversation_id,
    message_id,
    external_id,
    text,
    action,
    user_id,
    response_message_id,
    requested_at,
    responded_at,
    acted_at,
    updated_at
from {{ ref('int_suggestions') }}
