{{ config(materialized='table') }}

with

waits as (
    select * from {{ ref('int_sparkcentral_first_waits') }}
),

-- For both ends of a wait, the seconds that the channel had been open until then.
ends as (
    select org_id, conversation_id, channel_id, -1 as sign, {{ unix_second('waiting_from_at') }} as at_second
    from waits
    union all
    select org_id, conversation_id, channel_id, 1, {{ unix_second('replied_at') }}
    from waits
),

opened as (
    select
        ends.org_id,
        ends.conversation_id,
        ends.sign,
        days.opened_before_s + coalesce(sum(least(pieces.closes_second, ends.at_second) - pieces.opens_second), 0) as opened_s
    from ends
    inner join {{ ref('int_opening_days') }} as days
        on ends.org_id = days.org_id and ends.channel_id = days.channel_id and ends.at_second // 86400 = days.day_number
    left join {{ ref('int_opening_day_periods') }} as pieces
        on ends.org_id = pieces.org_id
        and ends.channel_id = pieces.channel_id
        and ends.at_second // 86400 = pieces.day_number
        and pieces.opens_second < ends.at_second
    group by ends.org_id, ends.conversation_id, ends.sign, days.opened_before_s
),

open_waits as (
    select
        org_id,
        conversation_id,
        sum(sign * opened_s) as open_s
    from opened
    group by org_id, conversation_id
),

channels_with_hours as (
    select distinct org_id, channel_id
    from {{ ref('int_opening_windows') }}
)

-- A channel without opening hours is always open.
select
    waits.org_id,
    waits.conversation_id,
    waits.waiting_from_at,
    waits.replied_at,
    waits.reply_message_id,
    case
        when channels_with_hours.channel_id is null then {{ seconds_between('waits.waiting_from_at', 'waits.replied_at') }}
        else coalesce(open_waits.open_s, 0)::bigint
    end as first_response_time_s
from waits
left join channels_with_hours using (org_id, channel_id)
left join open_waits using (org_id, conversation_id)
