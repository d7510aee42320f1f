select
    org_id,
    tag_id,
    message_id,
    conversation_id,
    event_id,
    event_type,
    occurred_at,
    sequence,
    actor_type,
    actor_id,
    team_id
from {{ ref('int_tag_events') }}
