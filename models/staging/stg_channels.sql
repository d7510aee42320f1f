-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'channels') }}
with

channel_rows as (
    {{ counted_once('channels') }}
),

opening_windows as (
    select
        org_id,
        event_id,
        {{ each_element('opening_hours') }} as opening_window
    from channel_rows
),

-- One invalid window makes the whole list unreadable, because partial opening hours would give wrong answers.
unreadable_hours as (
    select distinct
        org_id,
        event_id
    from opening_windows
    where
        opening_window.weekday is null
        or opening_window.weekday not between 1 and 7
        or not coalesce(regexp_matches(opening_window.opens, '^([01]?[0-9]|2[0-3]):[0-5][0-9]$'), false)
        or not coalesce(regexp_matches(opening_window.closes, '^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$'), false)
),

checked as (
    select
        channel_rows.*,
        unreadable_hours.event_id is not null as has_unreadable_hours,
        opening_timezone is not null and opening_timezone not in (select time_zone from {{ known_time_zones() }}) as has_unreadable_zone
    from channel_rows
    left join unreadable_hours using (org_id, event_id)
)

select
    event_id,
    event_type,
    org_id,
    occurred_at,
    sequence,
    ingested_at,
    channel_id,
    medium,
    name,
    display_name,
    inbox_id,
    case when not has_unreadable_zone then opening_timezone end as opening_timezone,
    case when not has_unreadable_hours then opening_hours end as opening_hours,
    holidays,
    nullif(
        coalesce(unreadable, ',')
        || case when has_unreadable_zone then 'opening_timezone,' else '' end
        || case when has_unreadable_hours then 'opening_hours,' else '' end,
        ','
    ) as unreadable,
    deliveries,
    copies_differ
from checked
