{%- set org_id = session_variable('org_id', 'varchar') -%}
{%- set window_start = session_variable('window_start', 'timestamptz') -%}
{%- set window_end = session_variable('window_end', 'timestamptz') -%}
-- A variable that is not set means everything, as_of the latest event. Values that request refuses count as not set: a value of a wrong type, and a
-- window that ends before it begins. For such a window the planner would skip request, because no instant lies in it, and no error would be raised.
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
