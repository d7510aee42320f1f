with

users as (
    select * from {{ ref('users') }}
),

bot_users as (
    select * from {{ ref('int_tracebuzz_bot_users') }}
),

inboxes as (
    select * from {{ ref('inboxes') }}
)

select
    sums.*,
    inboxes.inbox_name,
    users.user_reference,
    users.location_id,
    users.location,
    users.user_name,
    users.user_email_address,
    coalesce(users.inbox_mode = 'claim', false)::bigint as claim_inbox,
    (bot_users.user_id is not null)::bigint as bot_user
from {{ ref('req_tracebuzz_agent_totals') }} as sums
left join inboxes using (org_id, inbox_id)
left join users using (org_id, user_id)
left join bot_users using (org_id, user_id)
where not {{ var('measure_claim_users_only') }} or users.inbox_mode = 'claim'
