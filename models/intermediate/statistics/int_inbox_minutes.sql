with

{# A minute belongs to the quarter hour in which it begins. #}
pieces as (
    select
        *,
        (from_s + 59) // 60 as from_minute,
        (to_s + 59) // 60 as to_minute
    from {{ ref('int_bucket_pieces') }}
),

asked as (
    select
        request.org_id,
        min(pieces.from_minute) as first_minute,
        max(pieces.to_minute) as end_minute
    from pieces
    cross join {{ ref('request') }} as request
    group by request.org_id
),

quarters as (
    select
        staffing.*,
        {{ each_number('greatest(staffing.from_minute, asked.first_minute) // 15', '(least(staffing.to_minute, asked.end_minute) - 1) // 15') }}
            as quarter_number
    from {{ ref('int_inbox_staffing') }} as staffing
    inner join asked
        on staffing.from_minute < asked.end_minute
        and staffing.to_minute > asked.first_minute
        and (asked.org_id is null or staffing.org_id = asked.org_id)
)

select
    quarters.org_id,
    quarters.inbox_id,
    pieces.row_date,
    pieces.interval_start,
    pieces.is_quarter_delivered,
    pieces.is_day_delivered,
    min(quarters.staffed_agents) as min_staffed,
    max(quarters.staffed_agents) as max_staffed,
    min(quarters.available_agents) as min_available,
    max(quarters.available_agents) as max_available,
    min(quarters.active_agents) as min_active,
    max(quarters.active_agents) as max_active
from quarters
inner join pieces
    on quarters.quarter_number = pieces.quarter_number
    and quarters.from_minute < pieces.to_minute
    and quarters.to_minute > pieces.from_minute
group by
    quarters.org_id, quarters.inbox_id, pieces.row_date, pieces.interval_start, pieces.is_quarter_delivered, pieces.is_day_delivered
having max(quarters.staffed_agents) > 0
