-- A failure means that a day of an inbox is not the sum of its quarter hours, or that its min_ and max_ columns are not theirs.
with

days as (
    select
        org_id,
        row_date,
        service_id,
        offered,
        opened,
        handled_and_closed,
        handled_and_closed_by_bot,
        not_handled_and_closed,
        acceptable,
        messages_sent,
        messages_received,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s,
        first_response_time_s,
        additional_response_time_s,
        lead_time_s,
        agents_load,
        agent_load,
        min_staffed,
        max_staffed,
        min_available,
        max_available,
        min_active,
        max_active
    from {{ ref('tracebuzz__service') }}
),

quarter_hours as (
    select
        org_id,
        row_date,
        service_id,
        sum(offered) as offered,
        sum(opened) as opened,
        sum(handled_and_closed) as handled_and_closed,
        sum(handled_and_closed_by_bot) as handled_and_closed_by_bot,
        sum(not_handled_and_closed) as not_handled_and_closed,
        sum(acceptable) as acceptable,
        sum(messages_sent) as messages_sent,
        sum(messages_received) as messages_received,
        sum(staffed_time_s) as staffed_time_s,
        sum(total_handle_time_s) as total_handle_time_s,
        sum(unavailable_time_s) as unavailable_time_s,
        sum(first_response_time_s) as first_response_time_s,
        sum(additional_response_time_s) as additional_response_time_s,
        sum(lead_time_s) as lead_time_s,
        sum(agents_load) as agents_load,
        sum(agent_load) as agent_load,
        min(min_staffed) as min_staffed,
        max(max_staffed) as max_staffed,
        min(min_available) as min_available,
        max(max_available) as max_available,
        min(min_active) as min_active,
        max(max_active) as max_active
    from {{ ref('tracebuzz__raw_service') }}
    group by org_id, row_date, service_id
),

only_days as (
    select * from days
    except
    select * from quarter_hours
),

only_quarter_hours as (
    select * from quarter_hours
    except
    select * from days
)

select
    'day' as told_by,
    *
from only_days
union all
select
    'quarter hours' as told_by,
    *
from only_quarter_hours
