{{ config(materialized='table') }}

with

links as (
    select org_id, conversation_id, created_at as linked_at, sequence, event_id, external_id, external_routing_id
    from {{ ref('int_conversation_creations') }}
    where external_id is not null or external_routing_id is not null
    union all
    select org_id, conversation_id, occurred_at, sequence, event_id, external_id, external_routing_id
    from {{ ref('stg_conversation_events') }}
    where event_type = 'linked'
),

numbered as (
    select
        *,
        row_number() over (partition by org_id, conversation_id order by linked_at, sequence nulls last, event_id) as link_number
    from links
)

select
    org_id,
    conversation_id,
    max_by(external_id, link_number) filter (where external_id is not null) as external_id,
    max_by(external_routing_id, link_number) filter (where external_routing_id is not null) as external_routing_id
from numbered
group by org_id, conversation_id
