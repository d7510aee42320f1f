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
    coalesce(schedules.format not in ('csv', 'json', 'parquet'), false) as is_format_unknown,
    coalesce(array_contains(exports.arguments, 'report_format') and schedules.format = 'parquet', false) as is_format_not_offered,
    coalesce(array_contains(exports.arguments, 'locale') and schedules.locale not in ('en', 'es', 'fr', 'de', 'tr'), false) as is_locale_unknown,
    -- An entry has no place for an argument of the vendor's that has to be given.
    coalesce(array_contains(exports.arguments, 'time_interval'), false) as is_interval_missing,
    schedules.restate_days is not null and exports.bucket is null as is_nothing_to_restate,
    -- No week may come without some of its days.
    exports.bucket is not null and not (
        regexp_matches(schedules.restate_days, '^[0-9]{1,3}$')
        and try_cast(schedules.restate_days as integer)
        between case when schedules.frequency = 'weekly' then 7 else 1 end and 366
    ) as is_restate_days_out_of_range
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
    or is_format_not_offered
    or is_locale_unknown
    or is_interval_missing
    or is_nothing_to_restate
    or is_restate_days_out_of_range
