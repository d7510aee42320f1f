-- A failure means that the time of an inbox is not the time of its agents, in a quarter hour or on a day.
with

services as (
    select
        org_id,
        row_date,
        interval_start,
        service_id,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s
    from {{ ref('tracebuzz__raw_service') }}
    where staffed_time_s + total_handle_time_s + unavailable_time_s > 0
    union all
    select
        org_id,
        row_date,
        null,
        service_id,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s
    from {{ ref('tracebuzz__service') }}
    where staffed_time_s + total_handle_time_s + unavailable_time_s > 0
),

told as (
    select
        org_id,
        row_date,
        interval_start,
        service_id,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s
    from {{ ref('tracebuzz__raw_agent_inbox') }}
    union all
    select
        org_id,
        row_date,
        null,
        service_id,
        staffed_time_s,
        total_handle_time_s,
        unavailable_time_s
    from {{ ref('tracebuzz__agent_inbox') }}
),

agents as (
    select
        org_id,
        row_date,
        interval_start,
        service_id,
        sum(staffed_time_s) as staffed_time_s,
        sum(total_handle_time_s) as total_handle_time_s,
        sum(unavailable_time_s) as unavailable_time_s
    from told
    where staffed_time_s + total_handle_time_s + unavailable_time_s > 0
    group by org_id, row_date, interval_start, service_id
),

only_services as (
    select * from services
    except
    select * from agents
),

only_agents as (
    select * from agents
    except
    select * from services
)

select
    'service' as told_by,
    *
from only_services
union all
select
    'agents' as told_by,
    *
from only_agents
