-- Only periods that overlap the requested quarter hours are split.
with

pieces as (
    select * from {{ ref('req_tracebuzz_delivered_periods') }}
),

asked as (
    select
        request.org_id,
        min(pieces.from_s) as first_s,
        max(pieces.to_s) as end_s
    from pieces
    cross join {{ ref('session_request') }} as request
    group by request.org_id
),

stretches as (
    select org_id, user_id, is_any_inbox, inbox_id, from_s, to_s, is_staffed, is_logged_in, false as is_handling
    from {{ ref('tracebuzz_agent_periods') }}
    union all
    select org_id, user_id, false, inbox_id, from_s, to_s, false, false, true
    from {{ ref('tracebuzz_agent_sessions') }}
    where span_kind = 'lock' and from_s < to_s
),

quarters as (
    select
        stretches.*,
        {{ each_number('greatest(stretches.from_s, asked.first_s) // 900', '(least(stretches.to_s, asked.end_s) - 1) // 900') }} as quarter_number
    from stretches
    inner join asked
        on stretches.from_s < asked.end_s
        and stretches.to_s > asked.first_s
        and (asked.org_id is null or stretches.org_id = asked.org_id)
)

select
    quarters.org_id,
    quarters.user_id,
    quarters.is_any_inbox,
    quarters.inbox_id,
    quarters.is_staffed,
    quarters.is_logged_in,
    quarters.is_handling,
    pieces.row_date,
    pieces.interval_start,
    pieces.is_quarter_delivered,
    pieces.is_day_delivered,
    greatest(quarters.from_s, pieces.from_s) as from_s,
    least(quarters.to_s, pieces.to_s) as to_s
from quarters
inner join pieces
    on quarters.quarter_number = pieces.quarter_number
    and quarters.from_s < pieces.to_s
    and quarters.to_s > pieces.from_s
