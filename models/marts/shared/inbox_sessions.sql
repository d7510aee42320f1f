select
    org_id,
    inbox_session_id,
    user_id,
    inbox_id,
    selected_tab,
    mode,
    entered_at,
    left_at,
    ended_at
from {{ ref('int_inbox_sessions') }}
