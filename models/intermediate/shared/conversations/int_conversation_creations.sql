{{ config(materialized='table') }}

with

created as (
    select
        *,
        row_number() over (
            partition by org_id, conversation_id
            order by occurred_at, sequence nulls last, event_id
        ) as creation_number
    from {{ ref('stg_conversation_events') }}
    where event_type = 'created'
)

select
    org_id,
    conversation_id,
    event_id,
    occurred_at as created_at,
    sequence,
    channel_id,
    contact_profile_id,
    inbox_id,
    conversation_url,
    language,
    priority,
    display_number,
    external_id,
    external_routing_id
from created
where creation_number = 1
