select
    org_id,
    message_id,
    lock_session_id,
    role,
    seconds,
    ended_at
from {{ ref('int_khoros_response_handle_times') }}
