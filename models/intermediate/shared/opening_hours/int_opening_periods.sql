with

days as (
    select
        windows.*,
        dates.local_date
    from {{ ref('int_opening_dates') }} as dates
    inner join {{ ref('int_opening_windows') }} as windows using (org_id, channel_id)
    where windows.weekday = extract(isodow from dates.local_date)
),

-- A window over midnight has two parts, each with its own date, so that a holiday closes one and not the other.
pieces as (
    select org_id, channel_id, time_zone, holidays, local_date, opens_minute, least(closes_minute, 1440) as closes_minute
    from days
    union all
    select org_id, channel_id, time_zone, holidays, local_date + 1, 0, closes_minute - 1440
    from days
    where closes_minute > 1440
),

instants as (
    select
        org_id,
        channel_id,
        {{ instant_of("local_date::timestamp + opens_minute * interval '1 minute'", 'time_zone') }} as opens_at,
        {{ instant_of("local_date::timestamp + closes_minute * interval '1 minute'", 'time_zone') }} as closes_at
    from pieces
    where not coalesce(array_contains(holidays, local_date), false)
),

-- Windows may overlap; time in which two are open counts once.
marked as (
    select
        *,
        max(closes_at) over (
            partition by org_id, channel_id order by opens_at, closes_at
            rows between unbounded preceding and 1 preceding
        ) as open_until
    from instants
    where opens_at < closes_at
)

select
    org_id,
    channel_id,
    greatest(opens_at, coalesce(open_until, opens_at)) as opens_at,
    closes_at
from marked
where open_until is null or closes_at > open_until
