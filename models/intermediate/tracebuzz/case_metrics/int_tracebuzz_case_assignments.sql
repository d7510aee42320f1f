-- A queue whose id begins with u_ belongs to one user.
select
    org_id,
    conversation_id
from {{ ref('stg_conversation_events') }}
where
    event_type = 'assigned' and assignee_id is not null
    or event_type = 'queue_changed' and left(queue_id, 2) = 'u_'
group by org_id, conversation_id
