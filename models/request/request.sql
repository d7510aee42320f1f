{# The one place that knows session variables: nothing set = everything, as of the latest event. #}
with

asked as (
    select
        {{ session_variable('org_id', 'varchar') }} as org_id,
        {{ session_variable('window_start', 'timestamptz') }} as window_start,
        {{ session_variable('window_end', 'timestamptz') }} as window_end,
        {{ session_variable('as_of', 'timestamptz') }} as as_of,
        {{ session_variable('channels', 'varchar[]') }} as channels,
        {{ session_variable('delivery', 'varchar') }} as delivery,
        {{ session_time_zone() }} as time_zone
),

latest as (
    select max(orgs.latest_event_at) as latest_event_at
    from {{ ref('orgs') }} as orgs
    inner join asked on asked.org_id is null or orgs.org_id = asked.org_id
)

select
    asked.org_id,
    coalesce(asked.window_start, timestamptz '0001-01-01 00:00:00+00') as window_start,
    coalesce(asked.window_end, timestamptz '9999-12-31 00:00:00+00') as window_end,
    coalesce(asked.as_of, latest.latest_event_at) as as_of,
    asked.channels,
    coalesce(asked.delivery, 'on_demand') as delivery,
    asked.time_zone
from asked
cross join latest
