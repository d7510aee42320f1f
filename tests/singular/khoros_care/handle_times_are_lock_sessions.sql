-- A failure means that responses count seconds of a lock session that it does not have: the seconds of a session add up,
-- over its responses, to at most its length, and to all of it if a response came after its end.
with

spent as (
    select
        org_id,
        lock_session_id,
        sum(seconds) as seconds
    from {{ ref('khoros_response_handle_times') }}
    group by org_id, lock_session_id
),

last_responses as (
    select
        org_id,
        conversation_id,
        max(sent_at) as last_sent_at
    from {{ ref('khoros_responses') }}
    where is_human
    group by org_id, conversation_id
)

select
    sessions.org_id,
    sessions.lock_session_id,
    sessions.duration_s,
    spent.seconds
from {{ ref('lock_sessions') }} as sessions
left join spent using (org_id, lock_session_id)
left join last_responses using (org_id, conversation_id)
where
    coalesce(spent.seconds, 0) > coalesce(sessions.duration_s, 0)
    or last_responses.last_sent_at >= sessions.ended_at and coalesce(spent.seconds, 0) <> sessions.duration_s
