{{ config(severity='warn') }}
-- A failure means that activities name messages without a created event: a receiver finds no result for them.
select
    activities.org_id,
    count(*) as activities,
    count(distinct activities.message_id) as messages
from {{ ref('tracebuzz_activities') }} as activities
left join {{ ref('messages') }} as messages using (org_id, message_id)
where activities.message_id is not null and messages.message_id is null
group by activities.org_id
