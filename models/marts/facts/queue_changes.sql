select
    org_id,
    event_id as queue_change_id,
    conversation_id,
    actor_type,
    actor_id,
    lag(queue_id) over (
        partition by org_id, conversation_id
        order by occurred_at, sequence nulls last, event_id
    ) as previous_queue_id,
    queue_id,
    reason_code,
    occurred_at as changed_at
from {{ ref('stg_conversation_events') }}
where event_type = 'queue_changed'
