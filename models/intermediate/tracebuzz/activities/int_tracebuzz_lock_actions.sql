with

locks as (
    select
        org_id,
        event_id,
        case event_type when 'locked' then 32 when 'unlocked' then 34 end as activity_code,
        conversation_id,
        user_id,
        null::bigint as duration_s,
        occurred_at as acted_at,
        null::timestamptz as delivered_at
    from {{ ref('stg_lock_events') }}
),

-- The duration of a session is known when it ends, so an Open is delivered only then.
sessions as (
    select org_id, lock_session_id, 1, conversation_id, user_id, duration_s, started_at, ended_at
    from {{ ref('int_lock_sessions') }}
    where ended_at is not null
)

select * from locks
union all
select * from sessions
