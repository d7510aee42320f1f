with

sessions as (
    select * from {{ ref('int_khoros_response_sessions') }}
),

approving as (
    select
        sessions.org_id,
        sessions.message_id,
        sessions.lock_session_id,
        sum(least(sessions.to_second, approvals.to_second) - greatest(sessions.from_second, approvals.from_second))::bigint as seconds
    from sessions
    inner join {{ ref('int_khoros_approval_periods') }} as approvals
        on sessions.org_id = approvals.org_id
        and sessions.message_id = approvals.message_id
        and sessions.user_id = approvals.approver_id
    where not sessions.is_own and sessions.from_second < approvals.to_second and sessions.to_second > approvals.from_second
    group by sessions.org_id, sessions.message_id, sessions.lock_session_id
),

booked as (
    select
        sessions.org_id,
        sessions.message_id,
        sessions.lock_session_id,
        sessions.ended_at,
        case when sessions.is_own then 'responding' else 'other' end as role,
        sessions.to_second - sessions.from_second - coalesce(approving.seconds, 0) as seconds
    from sessions
    left join approving using (org_id, message_id, lock_session_id)
    union all
    select
        sessions.org_id,
        sessions.message_id,
        sessions.lock_session_id,
        sessions.ended_at,
        'approving',
        approving.seconds
    from sessions
    inner join approving using (org_id, message_id, lock_session_id)
)

select
    org_id,
    message_id,
    lock_session_id,
    role,
    seconds,
    ended_at
from booked
where seconds > 0
