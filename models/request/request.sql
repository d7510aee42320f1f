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
        {{ session_time_zone() }} as time_zone,
        {{ session_variable('timezone_offset', 'bigint') }} as timezone_offset,
        {{ session_variable('locale', 'varchar') }} as locale,
        {{ session_variable('conversation_report_type', 'varchar') }} as conversation_report_type,
        {{ session_variable('priorities', 'bigint[]') }} as priorities,
        {{ session_variable('workqueue_ids', 'varchar[]') }} as workqueue_ids,
        {{ session_variable('smart_view_id', 'varchar') }} as smart_view_id,
        {{ session_variable('team_ids', 'varchar[]') }} as team_ids,
        {{ session_variable('include_disabled', 'boolean') }} as include_disabled,
        {{ session_variable('enable_business_hour', 'boolean') }} as enable_business_hour,
        {{ session_variable('business_hour_type', 'boolean') }} as business_hour_type,
        {{ session_variable('time_interval', 'bigint') }} as time_interval,
        {{ session_variable('raiselimit', 'boolean') }} as raiselimit
),

latest as (
    select max(orgs.latest_event_at) as latest_event_at
    from {{ ref('orgs') }} as orgs
    inner join asked on asked.org_id is null or orgs.org_id = asked.org_id
)

select
    asked.org_id,
    coalesce(asked.window_start, {{ beginning_of_time() }}) as window_start,
    coalesce(asked.window_end, {{ end_of_time() }}) as window_end,
    coalesce(asked.as_of, latest.latest_event_at) as as_of,
    asked.channels,
    coalesce(asked.delivery, 'on_demand') as delivery,
    asked.time_zone,
    asked.timezone_offset,
    coalesce(asked.locale, 'en') as locale,
    coalesce(asked.conversation_report_type, 'OPEN_AT_END') as conversation_report_type,
    asked.priorities,
    asked.workqueue_ids,
    asked.smart_view_id,
    asked.team_ids,
    coalesce(asked.include_disabled, false) as include_disabled,
    case when asked.enable_business_hour then asked.business_hour_type end as business_hour_type,
    coalesce(asked.time_interval, {{ a_month_ms() }}) as time_interval,
    coalesce(asked.raiselimit, false) as raiselimit
from asked
cross join latest
