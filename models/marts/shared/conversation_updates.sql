select
    org_id,
    conversation_id,
    occurred_at,
    updates_from,
    updates_until
from {{ ref('int_conversation_events') }}
where updates_from is not null
