-- Replies (3) and snoozes (37) count in the quarter hour in which they happen, in the inbox of their case.
with

actions as (
    select
        *,
        {{ unix_second('acted_at') }} as acted_s
    from {{ ref('tracebuzz_activities') }}
    where activity_code in (3, 37) and user_id <> '-1'
)

select
    actions.org_id,
    actions.user_id,
    conversations.inbox_id,
    pieces.row_date,
    pieces.interval_start,
    pieces.is_quarter_delivered,
    pieces.is_day_delivered,
    count(*) filter (where actions.activity_code = 3) as answers_sent,
    count(*) filter (where actions.activity_code = 37) as snoozed
from actions
inner join {{ ref('req_tracebuzz_delivered_periods') }} as pieces
    on actions.acted_s // 900 = pieces.quarter_number
    and actions.acted_s >= pieces.from_s
    and actions.acted_s < pieces.to_s
inner join {{ ref('session_request') }} as request on request.org_id is null or actions.org_id = request.org_id
left join {{ ref('conversations') }} as conversations
    on actions.org_id = conversations.org_id and actions.conversation_id = conversations.conversation_id
group by
    actions.org_id,
    actions.user_id,
    conversations.inbox_id,
    pieces.row_date,
    pieces.interval_start,
    pieces.is_quarter_delivered,
    pieces.is_day_delivered
