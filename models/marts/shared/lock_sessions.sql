select
    org_id,
    lock_session_id,
    conversation_id,
    user_id,
    team_id,
    session_kind,
    duration_s,
    started_at,
    ended_at
from {{ ref('int_lock_sessions') }}
