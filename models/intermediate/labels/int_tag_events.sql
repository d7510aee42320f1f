{{ config(materialized='table') }}

with

{# A message whose `created` never came has the conversation that its first event names. #}
uncreated as (
    select
        message_events.org_id,
        message_events.message_id,
        message_events.conversation_id,
        row_number() over (
            partition by message_events.org_id, message_events.message_id
            order by message_events.occurred_at, message_events.sequence nulls last, message_events.event_id
        ) as event_number
    from {{ ref('stg_message_events') }} as message_events
    left join {{ ref('int_message_creations') }} as creations using (org_id, message_id)
    where message_events.event_type <> 'created' and creations.message_id is null
),

message_conversations as (
    select org_id, message_id, conversation_id
    from {{ ref('int_message_creations') }}
    union all
    select org_id, message_id, conversation_id
    from uncreated
    where event_number = 1
)

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
left join message_conversations using (org_id, message_id)
