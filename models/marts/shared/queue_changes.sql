select
    queues.org_id,
    queues.event_id as queue_change_id,
    queues.conversation_id,
    changes.actor_type,
    changes.actor_id,
    queues.previous_queue_id,
    queues.queue_id,
    changes.reason_code,
    queues.set_at as changed_at
from {{ ref('conversation_queues') }} as queues
inner join {{ ref('stg_conversation_events') }} as changes using (org_id, event_id)
