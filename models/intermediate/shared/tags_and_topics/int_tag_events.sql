{{ config(materialized='table') }}

select
    tag_events.org_id,
    tag_events.tag_id,
    tag_events.message_id,
    coalesce(message_conversations.conversation_id, tag_events.conversation_id) as conversation_id,
    tag_events.event_id,
    tag_events.event_type,
    tag_events.occurred_at,
    tag_events.sequence,
    tag_events.actor_type,
    tag_events.actor_id,
    tag_events.team_id
from {{ ref('stg_tag_events') }} as tag_events
left join {{ ref('int_tagged_message_conversations') }} as message_conversations
    on tag_events.org_id = message_conversations.org_id
    and tag_events.message_id = message_conversations.message_id
    and message_conversations.known_until is null
