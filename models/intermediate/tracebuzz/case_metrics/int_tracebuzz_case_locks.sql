with

locks as (
    select * from {{ ref('stg_lock_events') }}
    where event_type = 'locked'
),

bot_users as (
    select * from {{ ref('int_tracebuzz_bot_users') }}
)

select
    locks.org_id,
    locks.conversation_id,
    count(*) filter (where bot_users.user_id is null) > 0 as is_locked_by_human
from locks
left join bot_users using (org_id, user_id)
group by locks.org_id, locks.conversation_id
