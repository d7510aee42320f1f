select
    org_id,
    event_id as tag_application_id,
    tag_id,
    message_id,
    conversation_id,
    actor_type,
    actor_id,
    team_id,
    sequence,
    applied_at,
    removed_at
from {{ ref('int_tag_applications') }}
