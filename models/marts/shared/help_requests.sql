select
    org_id,
    help_request_id,
    conversation_id,
    requester_id,
    expert_name,
    expert_email,
    question,
    answer,
    help_state,
    first_event_at,
    requested_at,
    answered_at,
    closed_at
from {{ ref('int_help_requests') }}
