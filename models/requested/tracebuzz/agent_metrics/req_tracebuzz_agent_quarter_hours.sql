with

sessions as (
    select spans.*
    from {{ ref('tracebuzz_agent_sessions') }} as spans
    inner join {{ ref('session_request') }} as request on request.org_id is null or spans.org_id = request.org_id
    where spans.span_kind = 'inbox'
),

entries_and_exits as (
    select org_id, user_id, inbox_id, from_s as at_s, from_s as login_s, null as logout_s from sessions
    union all
    select org_id, user_id, inbox_id, logout_s as at_s, null as login_s, logout_s from sessions
),

facts as (
    select
        org_id, user_id, is_any_inbox, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered,
        is_staffed, is_logged_in, is_handling, to_s - from_s as duration_s, null as login_s, null as logout_s
    from {{ ref('req_tracebuzz_agent_period_parts') }}
    union all
    select
        instants.org_id, instants.user_id, false, instants.inbox_id,
        pieces.row_date, pieces.interval_start, pieces.is_quarter_delivered, pieces.is_day_delivered,
        false, false, false, 0, instants.login_s, instants.logout_s
    from entries_and_exits as instants
    inner join {{ ref('req_tracebuzz_delivered_periods') }} as pieces
        on instants.at_s // 900 = pieces.quarter_number
        and instants.at_s >= pieces.from_s
        and instants.at_s < pieces.to_s
)

select
    org_id,
    user_id,
    is_any_inbox,
    inbox_id,
    row_date,
    interval_start,
    is_quarter_delivered,
    is_day_delivered,
    coalesce(sum(duration_s) filter (where is_staffed), 0)::bigint as staffed_time_s,
    coalesce(sum(duration_s) filter (where is_handling), 0)::bigint as total_handle_time_s,
    coalesce(sum(duration_s) filter (where is_logged_in), 0)::bigint as logged_in_time_s,
    coalesce(sum(duration_s) filter (where is_logged_in and is_staffed), 0)::bigint as staffed_logged_in_time_s,
    min(login_s) as first_login_s,
    max(logout_s) as last_logout_s
from facts
group by org_id, user_id, is_any_inbox, inbox_id, row_date, interval_start, is_quarter_delivered, is_day_delivered
