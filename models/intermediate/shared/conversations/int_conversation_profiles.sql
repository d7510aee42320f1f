{{ config(materialized='table') }}

with

spans as (
    select
        org_id,
        conversation_id,
        min(occurred_at) filter (where is_mention) as first_event_at,
        max(occurred_at) filter (where updates_from is not null and updates_until is null) as updated_at
    from {{ ref('int_conversation_events') }}
    group by org_id, conversation_id
    having count(*) filter (where is_mention) > 0
),

creations as (
    select * from {{ ref('int_conversation_creations') }}
),

first_authors as (
    select * from {{ ref('int_conversation_first_authors') }}
)

select
    spans.org_id,
    spans.conversation_id,
    creations.channel_id,
    coalesce(creations.contact_profile_id, first_authors.contact_profile_id) as contact_profile_id,
    creations.inbox_id,
    creations.conversation_url,
    creations.display_number,
    coalesce(creations.created_at, spans.first_event_at) as created_at,
    creations.created_at as creation_event_at,
    spans.first_event_at,
    spans.updated_at
from spans
left join creations using (org_id, conversation_id)
left join first_authors using (org_id, conversation_id)
