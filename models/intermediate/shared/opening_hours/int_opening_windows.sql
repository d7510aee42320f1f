with

windows as (
    select
        org_id,
        channel_id,
        coalesce(opening_timezone, 'UTC') as time_zone,
        holidays,
        {{ each_element('opening_hours') }} as opening_window
    from {{ ref('int_channels') }}
),

minutes as (
    select
        org_id,
        channel_id,
        time_zone,
        holidays,
        opening_window.weekday,
        split_part(opening_window.opens, ':', 1)::bigint * 60 + split_part(opening_window.opens, ':', 2)::bigint as opens_minute,
        split_part(opening_window.closes, ':', 1)::bigint * 60 + split_part(opening_window.closes, ':', 2)::bigint as closes_minute
    from windows
)

-- A window that does not close after it opens runs over midnight.
select
    org_id,
    channel_id,
    time_zone,
    holidays,
    weekday,
    opens_minute,
    case when closes_minute <= opens_minute then closes_minute + 1440 else closes_minute end as closes_minute
from minutes
