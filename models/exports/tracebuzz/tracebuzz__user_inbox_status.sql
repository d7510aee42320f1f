with

sessions as (
    select
        *,
        {{ unix_second('entered_at') }} as login_time,
        {{ unix_second('left_at') }} as logout_time,
        {{ unix_second('ended_at') }} as end_s
    from {{ ref('inbox_sessions') }}
),

-- A session of no length is in the window that contains its login_time, also if it is exactly the window's start.
requested as (
    select sessions.*
    from sessions
    inner join {{ ref('request') }} as request
        on {{ instant_of_second('sessions.login_time') }} < request.window_end
        and (
            {{ instant_of_second('sessions.end_s') }} > request.window_start
            or {{ instant_of_second('sessions.login_time') }} >= request.window_start
        )
        and (request.org_id is null or sessions.org_id = request.org_id)
)

select
    requested.org_id,
    requested.inbox_session_id,
    requested.user_id,
    requested.login_time,
    requested.logout_time,
    requested.selected_tab,
    modes.inbox_mode_code as user_status,
    requested.inbox_id as search_id
from requested
left join {{ ref('users') }} as users using (org_id, user_id)
left join {{ ref('inbox_modes') }} as modes on coalesce(requested.mode, users.inbox_mode) = modes.inbox_mode
