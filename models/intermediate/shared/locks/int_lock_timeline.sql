with

locks as (
    select
        *,
        lag(conversation_id) over (
            partition by org_id, user_id
            order by occurred_at, sequence nulls last, event_id
        ) as previous_conversation_id
    from {{ ref('stg_lock_events') }}
    where event_type = 'locked'
),

-- Every agent who ever locked a conversation has a separate timeline on it.
holders as (
    select distinct org_id, conversation_id, user_id
    from locks
),

own_events as (
    select org_id, conversation_id, user_id, 'lock_events' as stream, event_id, occurred_at, sequence, event_type, team_id, false as is_own_resolution
    from {{ ref('stg_lock_events') }}
),

replies as (
    select org_id, conversation_id, author_id, 'message_events', event_id, created_at, sequence, 'replied', null, false
    from {{ ref('int_message_creations') }}
    where direction = 'outbound' and author_type = 'agent'
),

locks_elsewhere as (
    select org_id, previous_conversation_id, user_id, 'lock_events', event_id, occurred_at, sequence, 'locked_elsewhere', null, false
    from locks
    where previous_conversation_id <> conversation_id
),

locks_by_others as (
    select
        holders.org_id,
        holders.conversation_id,
        holders.user_id,
        'lock_events',
        locks.event_id,
        locks.occurred_at,
        locks.sequence,
        'locked_by_other',
        null,
        false
    from holders
    inner join locks using (org_id, conversation_id)
    where holders.user_id <> locks.user_id
),

status_changes as (
    select
        holders.org_id,
        holders.conversation_id,
        holders.user_id,
        'conversation_events',
        changes.event_id,
        changes.changed_at,
        changes.sequence,
        'status_changed',
        null,
        coalesce(changes.status = 'resolved' and changes.actor_type = 'agent' and changes.actor_id = holders.user_id, false)
    from holders
    inner join {{ ref('int_status_changes') }} as changes using (org_id, conversation_id)
    where changes.status in ('pending', 'resolved')
)

select * from own_events
union all
select * from replies
union all
select * from locks_elsewhere
union all
select * from locks_by_others
union all
select * from status_changes
