with

message_conversations as (
    select * from {{ ref('int_message_conversations') }}
),

notes as (
    select
        org_id,
        'note_events' as stream,
        event_id,
        12::bigint as activity_code,
        conversation_id,
        message_id,
        actor_type,
        author_id as user_id,
        null::varchar as subject,
        null::bigint as duration_s,
        occurred_at as acted_at
    from {{ ref('stg_note_events') }}
    where event_type = 'created'
),

performed as (
    select
        performed.org_id,
        'action_events',
        performed.event_id,
        performed.activity_code,
        coalesce(performed.conversation_id, message_conversations.conversation_id),
        performed.message_id,
        performed.actor_type,
        performed.user_id,
        performed.subject,
        performed.duration_s,
        performed.occurred_at
    from {{ ref('stg_action_events') }} as performed
    left join message_conversations using (org_id, message_id)
),

tags as (
    select
        tag_events.org_id,
        'tag_events',
        tag_events.event_id,
        case tag_events.event_type when 'applied' then 10 when 'removed' then 11 end,
        coalesce(tag_events.conversation_id, message_conversations.conversation_id),
        tag_events.message_id,
        tag_events.actor_type,
        tag_events.actor_id,
        tag_events.tag_id,
        null,
        tag_events.occurred_at
    from {{ ref('stg_tag_events') }} as tag_events
    left join message_conversations using (org_id, message_id)
)

select * from notes
union all
select * from performed
union all
select * from tags
