select
    org_id,
    event_id as topic_application_id,
    topic_id,
    conversation_id,
    actor_type,
    actor_id,
    team_id,
    sequence,
    applied_at,
    removed_at
from {{ ref('int_topic_applications') }}
