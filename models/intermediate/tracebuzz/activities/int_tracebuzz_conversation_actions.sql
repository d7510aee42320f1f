with

conversation_events as (
    select * from {{ ref('stg_conversation_events') }}
),

status_changes as (
    select * from {{ ref('int_status_changes') }}
),

moves as (
    select
        org_id,
        event_id,
        case event_type
            when 'assigned' then case when assignee_id is not null then 6 else 7 end
            when 'handed_over' then 35
            when 'queue_changed' then 36
            when 'snoozed' then 37
        end as activity_code,
        conversation_id,
        actor_type,
        case when event_type = 'handed_over' then coalesce(actor_id, virtual_agent_id) else actor_id end as user_id,
        case event_type
            when 'assigned' then assignee_id
            when 'queue_changed' then queue_id
            when 'snoozed' then {{ unix_second('snoozed_until') }}::varchar
        end as subject,
        occurred_at as acted_at
    from conversation_events
    where event_type in ('assigned', 'handed_over', 'queue_changed', 'snoozed')
),

-- Without an actor, resolved_by shows whether the system or auto-resolve made the change; such a change is no user's activity.
status_actions as (
    select
        org_id,
        event_id,
        case when status = 'resolved' then 13 else 14 end,
        conversation_id,
        actor_type,
        actor_id,
        null,
        changed_at
    from status_changes
    where
        (status = 'resolved' or previous_status = 'resolved')
        and not (actor_type is null and actor_id is null and coalesce(resolved_by in ('system', 'auto_resolve'), false))
)

select * from moves
union all
select * from status_actions
