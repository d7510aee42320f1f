{{ config(materialized='table') }}

with

{# Nobody is in an inbox on the day before somebody first is, and nobody knows who will be after the latest event. #}
borders as (
    select
        staffed.org_id,
        staffed.inbox_id,
        min(staffed.from_minute) - 1440 as first_minute,
        {{ unix_second('orgs.latest_event_at') }} // 60 + 1 as end_minute
    from {{ ref('int_staffed_minutes') }} as staffed
    inner join {{ ref('orgs') }} as orgs using (org_id)
    group by staffed.org_id, staffed.inbox_id, orgs.latest_event_at
),

steps as (
    select org_id, inbox_id, from_minute as minute_number, 1 as agents, is_active::bigint as active_agents, false as is_border
    from {{ ref('int_staffed_minutes') }}
    union all
    select org_id, inbox_id, to_minute, -1, -is_active::bigint, false
    from {{ ref('int_staffed_minutes') }}
    union all
    select org_id, inbox_id, first_minute, 0, 0, true
    from borders
    union all
    select org_id, inbox_id, end_minute, 0, 0, true
    from borders
),

net_steps as (
    select org_id, inbox_id, minute_number, sum(agents) as agents, sum(active_agents) as active_agents
    from steps
    group by org_id, inbox_id, minute_number
    having sum(agents) <> 0 or sum(active_agents) <> 0 or max(is_border::bigint) = 1
),

stretches as (
    select
        org_id,
        inbox_id,
        minute_number as from_minute,
        lead(minute_number) over along as to_minute,
        sum(agents) over along as staffed_agents,
        sum(active_agents) over along as active_agents
    from net_steps
    window along as (
        partition by org_id, inbox_id
        order by minute_number
        rows between unbounded preceding and current row
    )
)

select
    org_id,
    inbox_id,
    from_minute,
    to_minute,
    staffed_agents::bigint as staffed_agents,
    (staffed_agents - active_agents)::bigint as available_agents,
    active_agents::bigint as active_agents
from stretches
where to_minute is not null
