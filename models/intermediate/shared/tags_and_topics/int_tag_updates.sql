{{ config(materialized='table') }}

with

-- The conversation that the tag event names counts until the first event of its message.
named as (
    select
        tag_events.org_id,
        tag_events.event_id,
        tag_events.conversation_id,
        tag_events.occurred_at,
        tag_events.occurred_at as updates_from,
        min(message_conversations.known_from) as updates_until
    from {{ ref('stg_tag_events') }} as tag_events
    left join {{ ref('int_tagged_message_conversations') }} as message_conversations using (org_id, message_id)
    where tag_events.conversation_id is not null
    group by tag_events.org_id, tag_events.event_id, tag_events.conversation_id, tag_events.occurred_at
),

of_messages as (
    select
        tag_events.org_id,
        tag_events.event_id,
        message_conversations.conversation_id,
        tag_events.occurred_at,
        greatest(tag_events.occurred_at, message_conversations.known_from) as updates_from,
        message_conversations.known_until as updates_until
    from {{ ref('stg_tag_events') }} as tag_events
    inner join {{ ref('int_tagged_message_conversations') }} as message_conversations using (org_id, message_id)
)

select * from named
where updates_until is null or updates_from < updates_until
union all
select * from of_messages
where updates_until is null or updates_from < updates_until
