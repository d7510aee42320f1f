select
    org_id,
    event_id,
    conversation_id,
    occurred_at,
    updates_from,
    updates_until
from {{ ref('int_tag_updates') }}
