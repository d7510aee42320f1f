-- A minute belongs to the quarter hour in which it begins. Minutes after the latest event do not count.
with

pieces as (
    select
        pieces.*,
        orgs.org_id,
        (pieces.from_s + 59) // 60 as from_minute,
        least((pieces.to_s + 59) // 60, {{ unix_second('orgs.latest_event_at') }} // 60 + 1) as to_minute
    from {{ ref('req_tracebuzz_delivered_periods') }} as pieces
    cross join {{ ref('request') }} as request
    inner join {{ ref('orgs') }} as orgs on request.org_id is null or orgs.org_id = request.org_id
),

sizes as (
    select
        org_id,
        row_date,
        interval_start,
        sum(greatest(to_minute - from_minute, 0)) as minutes
    from pieces
    group by org_id, row_date, interval_start
),

minutes as (
    select
        org_id,
        inbox_id,
        minute_number,
        count(*) as staffed_agents,
        count(*) filter (where not is_active) as available_agents,
        count(*) filter (where is_active) as active_agents
    from {{ ref('req_tracebuzz_staffed_minutes') }}
    group by org_id, inbox_id, minute_number
),

staffed as (
    select
        minutes.org_id,
        minutes.inbox_id,
        pieces.row_date,
        pieces.interval_start,
        pieces.is_quarter_delivered,
        pieces.is_day_delivered,
        count(*) as minutes,
        min(minutes.staffed_agents) as min_staffed,
        max(minutes.staffed_agents) as max_staffed,
        min(minutes.available_agents) as min_available,
        max(minutes.available_agents) as max_available,
        min(minutes.active_agents) as min_active,
        max(minutes.active_agents) as max_active
    from minutes
    inner join pieces
        on minutes.org_id = pieces.org_id
        and minutes.minute_number // 15 = pieces.quarter_number
        and minutes.minute_number >= pieces.from_minute
        and minutes.minute_number < pieces.to_minute
    group by minutes.org_id, minutes.inbox_id, pieces.row_date, pieces.interval_start, pieces.is_quarter_delivered, pieces.is_day_delivered
)

-- If some minutes of the quarter hour have no agent, the least numbers are 0.
select
    staffed.org_id,
    staffed.inbox_id,
    staffed.row_date,
    staffed.interval_start,
    staffed.is_quarter_delivered,
    staffed.is_day_delivered,
    case when staffed.minutes < sizes.minutes then 0 else staffed.min_staffed end as min_staffed,
    staffed.max_staffed,
    case when staffed.minutes < sizes.minutes then 0 else staffed.min_available end as min_available,
    staffed.max_available,
    case when staffed.minutes < sizes.minutes then 0 else staffed.min_active end as min_active,
    staffed.max_active
from staffed
inner join sizes using (org_id, row_date, interval_start)
