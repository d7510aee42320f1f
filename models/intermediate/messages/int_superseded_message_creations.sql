{{ config(materialized='table') }}

with

{# Few messages are created twice; only those are put in order. #}
repeated_messages as (
    select
        org_id,
        message_id
    from {{ ref('stg_message_events') }}
    where event_type = 'created'
    group by org_id, message_id
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
    inner join repeated_messages using (org_id, message_id)
    where message_events.event_type = 'created'
)

select
    org_id,
    event_id
from creations
where creation_number > 1
