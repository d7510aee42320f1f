{{ config(materialized='table') }}

with

-- Only activities that name no message need the latest one; many of them share an instant.
instants as (
    select org_id, conversation_id, acted_at
    from {{ ref('int_tracebuzz_actions') }}
    where message_id is null and conversation_id is not null
    union
    select org_id, conversation_id, occurred_at
    from {{ ref('stg_note_events') }}
    where event_type = 'created' and message_id is null
),

timeline as (
    select org_id, conversation_id, created_at as acted_at, false as is_action, sequence, event_id, message_id
    from {{ ref('int_message_creations') }}
    union all
    select org_id, conversation_id, acted_at, true, null, null, null
    from instants
),

so_far as (
    select
        org_id,
        conversation_id,
        acted_at,
        is_action,
        last_value(message_id ignore nulls) over (
            partition by org_id, conversation_id
            order by acted_at, is_action, sequence nulls last, event_id
            rows between unbounded preceding and current row
        ) as message_id
    from timeline
)

select
    org_id,
    conversation_id,
    acted_at,
    message_id
from so_far
where is_action and message_id is not null
