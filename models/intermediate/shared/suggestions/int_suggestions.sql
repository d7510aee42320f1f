{{ config(materialized='table') }}

with

suggestion_events as (
    select
        *,
        row_number() over (
            partition by org_id, suggestion_id
            order by occurred_at, sequence nulls last, event_id
        ) as event_number,
        row_number() over (
            partition by org_id, suggestion_id, event_type
            order by occurred_at desc, sequence desc nulls first, event_id desc
        ) as newest_first_of_type
    from {{ ref('stg_suggestion_events') }}
),

last_acts as (
    select * from suggestion_events
    where event_type = 'acted' and newest_first_of_type = 1
),

-- max_by skips nulls, so ids keep the last value that an event set.
spans as (
    select
        org_id,
        suggestion_id,
        max_by(conversation_id, event_number) filter (where conversation_id is not null) as conversation_id,
        max_by(message_id, event_number) filter (where message_id is not null) as message_id,
        max_by(external_id, event_number) filter (where external_id is not null) as external_id,
        max_by(text, event_number) filter (where event_type = 'responded') as text,
        min(occurred_at) filter (where event_type = 'requested') as requested_at,
        max(occurred_at) filter (where event_type = 'responded') as responded_at,
        max(occurred_at) as updated_at
    from suggestion_events
    group by org_id, suggestion_id
)

select
    spans.org_id,
    spans.suggestion_id,
    coalesce(spans.conversation_id, message_conversations.conversation_id) as conversation_id,
    spans.message_id,
    spans.external_id,
    spans.text,
    last_acts.action,
    last_acts.user_id,
    last_acts.response_message_id,
    spans.requested_at,
    spans.responded_at,
    last_acts.occurred_at as acted_at,
    spans.updated_at
from spans
left join last_acts using (org_id, suggestion_id)
left join {{ ref('int_message_conversations') }} as message_conversations
    on spans.org_id = message_conversations.org_id and spans.message_id = message_conversations.message_id
