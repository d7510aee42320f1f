select
    org_id,
    conversation_id,
    first_post_id,
    wait_number,
    answer_number,
    from_at,
    tar_start_at,
    ended_at,
    ended_by_message_id
from {{ ref('int_khoros_waits') }}
