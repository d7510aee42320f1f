{{ config(materialized='table') }}

with

seconds as (
    select
        org_id,
        channel_id,
        {{ unix_second('opens_at') }} as opens_second,
        {{ unix_second('closes_at') }} as closes_second
    from {{ ref('int_opening_periods') }}
),

-- Opening hours before 1970, in a zone ahead of UTC, lie on days below 0, which `//` would round towards 0.
days as (
    select
        *,
        {{ each_number('floor(opens_second / 86400)::bigint', 'floor((closes_second - 1) / 86400)::bigint') }} as day_number
    from seconds
)

select
    org_id,
    channel_id,
    day_number,
    greatest(opens_second, day_number * 86400) as opens_second,
    least(closes_second, (day_number + 1) * 86400) as closes_second
from days
