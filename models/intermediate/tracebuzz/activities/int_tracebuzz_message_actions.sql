with

message_events as (
    select * from {{ ref('stg_message_events') }}
),

creations as (
    select * from {{ ref('int_message_creations') }}
),

edits as (
    select * from {{ ref('int_tracebuzz_message_edits') }}
),

marks as (
    select
        org_id,
        event_id,
        case event_type
            when 'checked' then 2
            when 'trashed' then 4
            when 'restored' then 5
            when 'favorited' then 8
            when 'unfavorited' then 9
        end as activity_code,
        conversation_id,
        message_id,
        actor_type,
        actor_id as user_id,
        null::varchar as subject,
        occurred_at as acted_at
    from message_events
    where event_type in ('checked', 'trashed', 'restored', 'favorited', 'unfavorited')
),

replies as (
    select org_id, event_id, 3, conversation_id, message_id, actor_type, coalesce(author_id, actor_id), in_reply_to_message_id, created_at
    from creations
    where direction = 'outbound' and author_type in ('agent', 'virtual_agent')
),

-- The activity code of a deletion depends on the result_type of the message's creation.
deletions as (
    select
        message_events.org_id,
        message_events.event_id,
        case when message_events.actor_type = 'contact' then 27 when creations.result_type = 'post' then 24 else 25 end,
        message_events.conversation_id,
        message_events.message_id,
        message_events.actor_type,
        case when message_events.actor_type = 'contact' then null else message_events.actor_id end,
        null,
        message_events.occurred_at
    from message_events
    left join creations using (org_id, message_id)
    where message_events.event_type = 'deleted'
),

sentiments as (
    select org_id, event_id, 15, conversation_id, message_id, actor_type, actor_id, sentiment::varchar, occurred_at
    from edits
    where sentiment is not null and sentiment is distinct from previous_sentiment
),

contact_edits as (
    select org_id, event_id, 26, conversation_id, message_id, actor_type, null, null, occurred_at
    from edits
    where actor_type = 'contact' and has_content
)

select * from marks
union all
select * from replies
union all
select * from deletions
union all
select * from sentiments
union all
select * from contact_edits
