with

spans as (
    select
        org_id,
        channel_id,
        min(local_date) - date '1970-01-01' - 2 as first_day,
        max(local_date) - date '1970-01-01' + 2 as last_day
    from {{ ref('int_opening_dates') }}
    group by org_id, channel_id
),

days as (
    select
        org_id,
        channel_id,
        {{ each_number('first_day', 'last_day') }} as day_number
    from spans
),

opened as (
    select
        org_id,
        channel_id,
        day_number,
        sum(closes_second - opens_second) as opened_s
    from {{ ref('int_opening_day_periods') }}
    group by org_id, channel_id, day_number
)

-- opened_before_s is a running sum of the seconds open before this UTC day, over all days of the channel.
select
    days.org_id,
    days.channel_id,
    days.day_number,
    coalesce(sum(opened.opened_s) over (
        partition by days.org_id, days.channel_id order by days.day_number
        rows between unbounded preceding and 1 preceding
    ), 0)::bigint as opened_before_s
from days
left join opened using (org_id, channel_id, day_number)
