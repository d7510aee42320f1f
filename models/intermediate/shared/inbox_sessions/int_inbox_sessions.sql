with

sessions as (
    select
        entries.*,
        orgs.latest_event_at,
        case
            when entries.left_at is not null then entries.left_at
            when {{ seconds_between('entries.entered_at', 'followers.followed_at') }} <= 86400 then followers.followed_at
        end as logged_out_at
    from {{ ref('int_inbox_session_entries') }} as entries
    inner join {{ ref('int_inbox_session_followers') }} as followers using (org_id, inbox_session_id)
    inner join {{ ref('int_orgs') }} as orgs using (org_id)
)

select
    org_id,
    inbox_session_id,
    user_id,
    inbox_id,
    selected_tab,
    mode,
    entered_at,
    logged_out_at as left_at,
    -- Without an exit or a follower within 24 hours, the session ends after 24 hours, or at the latest event if that is earlier.
    coalesce(logged_out_at, least(entered_at + interval '24 hours', latest_event_at)) as ended_at
from sessions
