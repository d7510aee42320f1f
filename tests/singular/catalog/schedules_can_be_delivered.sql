-- A failure means that a schedule cannot be delivered: an option is missing, unknown or has a value that is not allowed.
with

named as (
    select
        schedule,
        export_name,
        unnest(chosen_columns) as column_name
    from {{ ref('schedules') }}
),

chosen as (
    select
        named.schedule,
        count(distinct export_columns.column_name) as column_count
    from named
    inner join {{ ref('export_columns') }} as export_columns
        on
        named.export_name = export_columns.family || '.' || export_columns.export
        and named.column_name = export_columns.column_name
    where export_columns.is_delivered
    group by named.schedule
)

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
    -- A schedule cannot set the vendor's arguments, so it cannot deliver an export with a required one.
    coalesce(array_contains(exports.arguments, 'time_interval'), false) as is_interval_missing,
    schedules.restate_days is not null and exports.bucket is null as is_nothing_to_restate,
    -- A weekly schedule must cover whole weeks.
    exports.bucket is not null and not (
        regexp_matches(schedules.restate_days, '^[0-9]{1,3}$')
        and try_cast(schedules.restate_days as integer)
        between case when schedules.frequency = 'weekly' then 7 else 1 end and 366
    ) as is_restate_days_out_of_range,
    schedules.unknown_options is not null as is_option_unknown,
    coalesce(schedules.hold_until_landed not in ('true', 'True', 'false', 'False'), false) as is_hold_unreadable,
    -- An end inside a quarter hour would put a second into the file name that a run on demand may also use.
    schedules.end_at is not null and not coalesce(
        epoch(try_cast(schedules.end_at as timestamp)) % 900 = 0
        and try_cast(schedules.end_at as timestamp) > try_cast(schedules.start as timestamp),
        false
    ) as is_end_unreadable,
    coalesce(len(schedules.chosen_columns) > coalesce(chosen.column_count, 0), false) as is_column_unknown
from {{ ref('schedules') }} as schedules
left join {{ ref('exports') }} as exports on schedules.export_name = exports.family || '.' || exports.export
left join {{ known_time_zones() }} on schedules.timezone = known_time_zones.time_zone
left join chosen on schedules.schedule = chosen.schedule
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
    or is_option_unknown
    or is_hold_unreadable
    or is_end_unreadable
    or is_column_unknown
