with

users as (
    select * from {{ ref('int_users') }}
)

select
    sessions.org_id,
    sessions.conversation_id,
    sum(sessions.duration_s)::bigint as lock_session_time_s
from {{ ref('int_lock_sessions') }} as sessions
left join users using (org_id, user_id)
where
    sessions.ended_at is not null
    and (not {{ var('measure_claim_users_only') }} or users.inbox_mode = 'claim')
group by sessions.org_id, sessions.conversation_id
