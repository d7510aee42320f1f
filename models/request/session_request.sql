{%- set org_id = session_variable('org_id', 'varchar') -%}
{%- set window_start = session_variable('window_start', 'timestamptz') -%}
{%- set window_end = session_variable('window_end', 'timestamptz') -%}
-- Nothing set = everything, as of the latest event. What request refuses counts as not set here: a value that is none of its type, and the end of a window
-- before its start, in which a plan would see that no instant lies, and then not read the request at all.
with

latest as (
    select max(latest_event_at) as latest_event_at
    from {{ ref('orgs') }}
    where {{ org_id }} is null or org_id = {{ org_id }}
)

select
    {{ org_id }} as org_id,
    coalesce({{ window_start }}, {{ beginning_of_time() }}) as window_start,
    coalesce(case when {{ window_end }} > coalesce({{ window_start }}, {{ beginning_of_time() }}) then {{ window_end }} end, {{ end_of_time() }}) as window_end,
    coalesce({{ session_variable('as_of', 'timestamptz') }}, latest_event_at) as as_of,
    {{ session_variable('channels', 'varchar[]') }} as channels,
    coalesce({{ session_variable('delivery', 'varchar') }}, 'on_demand') as delivery,
    {{ session_time_zone() }} as time_zone,
    {{ session_variable('timezone_offset', 'bigint') }} as timezone_offset,
    coalesce({{ session_variable('locale', 'varchar') }}, 'en') as locale,
    coalesce({{ session_variable('conversation_report_type', 'varchar') }}, 'OPEN_AT_END') as conversation_report_type,
    {{ session_variable('priorities', 'bigint[]') }} as priorities,
    {{ session_variable('workqueue_ids', 'varchar[]') }} as workqueue_ids,
    {{ session_variable('smart_view_id', 'varchar') }} as smart_view_id,
    {{ session_variable('team_ids', 'varchar[]') }} as team_ids,
    coalesce({{ session_variable('include_disabled', 'boolean') }}, false) as include_disabled,
    case
        when {{ session_variable('enable_business_hour', 'boolean') }} then {{ session_variable('business_hour_type', 'boolean') }}
    end as business_hour_type,
    coalesce({{ session_variable('time_interval', 'bigint') }}, {{ a_month_ms() }}) as time_interval,
    coalesce({{ session_variable('raiselimit', 'boolean') }}, false) as raiselimit
from latest
