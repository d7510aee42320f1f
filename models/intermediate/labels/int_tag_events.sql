with

creations as (
    select
        org_id,
        message_id,
        conversation_id
    from {{ ref('int_message_creations') }}
)

select
    tag_events.org_id,
    tag_events.tag_id,
    tag_events.message_id,
    coalesce(creations.conversation_id, tag_events.conversation_id) as conversation_id,
    tag_events.event_id,
    tag_events.event_type,
    tag_events.occurred_at,
    tag_events.sequence,
    tag_events.actor_type,
    tag_events.actor_id,
    tag_events.team_id
from {{ ref('stg_tag_events') }} as tag_events
left join creations using (org_id, message_id)
