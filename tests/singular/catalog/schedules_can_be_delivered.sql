{# A schedule that could not be delivered: it lacks something, or says it in words that nobody reads. #}
select
    schedules.schedule,
    exports.export is null as is_export_unknown,
    coalesce(schedules.org_id, '') = '' as is_org_missing,
    known_time_zones.time_zone is null as is_timezone_unknown,
    coalesce(schedules.frequency not in ('hourly', 'daily', 'weekly'), true) as is_frequency_unknown,
    coalesce(schedules.destination, '') = '' as is_destination_missing,
    try_cast(schedules.start as timestamp) is null as is_start_unreadable,
    not regexp_matches(schedules.delay, '^[0-9]+[mhd]$') as is_delay_unreadable,
    coalesce(schedules.format not in ('csv', 'json', 'parquet'), false) as is_format_unknown
from {{ ref('schedules') }} as schedules
left join {{ ref('exports') }} as exports on schedules.export_name = exports.family || '.' || exports.export
left join {{ known_time_zones() }} on schedules.timezone = known_time_zones.time_zone
where
    is_export_unknown
    or is_org_missing
    or is_timezone_unknown
    or is_frequency_unknown
    or is_destination_missing
    or is_start_unreadable
    or is_delay_unreadable
    or is_format_unknown
