with

profiles as (
    select * from {{ ref('int_conversation_profiles') }}
),

links as (
    select * from {{ ref('int_conversation_links') }}
),

reasons as (
    select * from {{ ref('int_conversation_reasons') }}
),

settings as (
    select * from {{ ref('conversation_settings') }}
),

holders as (
    select * from {{ ref('int_conversation_holders') }}
)

select
    profiles.org_id,
    profiles.conversation_id,
    links.external_id,
    links.external_routing_id,
    reasons.reason_id,
    settings.assignee_id,
    holders.holder_id,
    settings.queue_id,
    settings.service_level_expires_at,
    reasons.reason_at
from profiles
left join links using (org_id, conversation_id)
left join reasons using (org_id, conversation_id)
left join settings using (org_id, conversation_id)
left join holders using (org_id, conversation_id)
