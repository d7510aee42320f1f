with

users as (
    select * from {{ ref('users') }}
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
    coalesce(users.is_bot, false)::bigint as bot_user
from {{ ref('req_tracebuzz_agent_totals') }} as sums
left join inboxes using (org_id, inbox_id)
left join users using (org_id, user_id)
where not {{ var('measure_claim_users_only') }} or users.inbox_mode = 'claim'
