{{ config(materialized='table') }}

with

tagged as (
    select distinct org_id, message_id
    from {{ ref('stg_tag_events') }}
),

message_events as (
    select
        message_events.*,
        row_number() over (
            partition by message_events.org_id, message_events.message_id
            order by message_events.occurred_at, message_events.sequence nulls last, message_events.event_id
        ) as event_number
    from {{ ref('stg_message_events') }} as message_events
    inner join tagged using (org_id, message_id)
),

creations as (
    select creations.*
    from {{ ref('int_message_creations') }} as creations
    inner join tagged using (org_id, message_id)
)

-- Until its `created` event, a message is in the conversation that its first event names.
select
    firsts.org_id,
    firsts.message_id,
    firsts.conversation_id,
    firsts.occurred_at as known_from,
    creations.created_at as known_until
from message_events as firsts
left join creations using (org_id, message_id)
where firsts.event_number = 1 and (creations.created_at is null or firsts.occurred_at < creations.created_at)
union all
select
    org_id,
    message_id,
    conversation_id,
    created_at,
    null as known_until
from creations
