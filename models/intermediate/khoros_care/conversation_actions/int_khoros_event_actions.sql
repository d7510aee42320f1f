-- For an event without an actor: named_agent_id is the agent that the event names; silent_actor_type is set where only a type of actor is known.
with

actions as (
    select
        org_id, conversation_id, 'note_events' as stream, event_id, occurred_at, sequence,
        'NOTE_' || upper(event_type) as action_type,
        actor_type, author_id as actor_id, author_id as named_agent_id, null::varchar as silent_actor_type,
        null::varchar as old_value, null::varchar as new_value, null::varchar as new_code, note
    from {{ ref('stg_note_events') }}
    union all
    select
        org_id, conversation_id, 'lock_events', event_id, occurred_at, sequence,
        upper(event_type),
        null, null, user_id, null,
        case when event_type = 'unlocked' then user_id end, case when event_type = 'locked' then user_id end, null, null
    from {{ ref('stg_lock_events') }}
    union all
    select
        org_id, conversation_id, 'approval_events', event_id, occurred_at, sequence,
        'APPROVAL_' || upper(event_type),
        actor_type, actor_id, case when event_type in ('approved', 'rejected') then approver_id else agent_id end, null,
        null, null, 'approval_' || event_type, comment
    from {{ ref('stg_approval_events') }}
    union all
    select
        org_id, conversation_id, 'help_events', event_id, occurred_at, sequence,
        'HELP_' || upper(event_type),
        actor_type, actor_id, case when event_type in ('requested', 'closed') then requester_id end,
        case event_type when 'answered' then 'EXPERT' when 'expired' then 'SYSTEM' end,
        null, null, 'help_' || event_type, null
    from {{ ref('stg_help_events') }}
    union all
    select
        org_id, conversation_id, 'tag_events', event_id, occurred_at, sequence,
        'TAG_' || upper(event_type),
        actor_type, actor_id, null, null,
        case when event_type = 'removed' then tag_id end, case when event_type = 'applied' then tag_id end, null, null
    from {{ ref('int_tag_events') }}
    where conversation_id is not null
    union all
    select
        org_id, conversation_id, 'topic_events', event_id, occurred_at, sequence,
        'TOPIC_' || upper(event_type),
        actor_type, actor_id, null, null,
        case when event_type = 'removed' then topic_id end, case when event_type = 'applied' then topic_id end, null, null
    from {{ ref('stg_topic_events') }}
)

select * from actions
