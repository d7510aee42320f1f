{{ config(materialized='table') }}

with

-- Few messages are created twice; only their events are sorted.
repeated_keys as (
    select {{ hashed('org_id', 'message_id') }} as message_key
    from {{ ref('stg_message_events') }}
    where event_type = 'created'
    group by message_key
    having count(*) > 1
),

creations as (
    select
        message_events.org_id,
        message_events.event_id,
        row_number() over (
            partition by message_events.org_id, message_events.message_id
            order by message_events.occurred_at, message_events.sequence nulls last, message_events.event_id
        ) as creation_number
    from {{ ref('stg_message_events') }} as message_events
    inner join repeated_keys
        on {{ hashed('message_events.org_id', 'message_events.message_id') }} = repeated_keys.message_key
    where message_events.event_type = 'created'
)

select
    org_id,
    event_id
from creations
where creation_number > 1
