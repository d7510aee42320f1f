{{ config(materialized='table') }}

with

-- Only messages that some event names without a conversation need this lookup.
named as (
    select org_id, message_id
    from {{ ref('stg_tag_events') }}
    where conversation_id is null
    union
    select org_id, message_id
    from {{ ref('stg_action_events') }}
    where conversation_id is null and message_id is not null
    union
    select org_id, message_id
    from {{ ref('stg_suggestion_events') }}
    where conversation_id is null and message_id is not null
),

message_events as (
    select
        message_events.org_id,
        message_events.message_id,
        message_events.conversation_id,
        row_number() over (
            partition by message_events.org_id, message_events.message_id
            order by
                message_events.event_type <> 'created',
                message_events.occurred_at,
                message_events.sequence nulls last,
                message_events.event_id
        ) as event_number
    from {{ ref('stg_message_events') }} as message_events
    inner join named using (org_id, message_id)
)

select
    org_id,
    message_id,
    conversation_id
from message_events
where event_number = 1
