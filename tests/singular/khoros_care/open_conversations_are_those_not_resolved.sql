-- A failure means that the report of open conversations lost one that is not resolved, or has one that is.
with

reported as (
    select
        org_id,
        conversation_id
    from {{ ref('khoros_care__conversation') }}
),

open_conversations as (
    select
        org_id,
        conversation_id
    from {{ ref('conversations') }}
    where status <> 'resolved'
)

select
    org_id,
    conversation_id,
    reported.conversation_id is not null as is_reported
from reported
full outer join open_conversations using (org_id, conversation_id)
where reported.conversation_id is null or open_conversations.conversation_id is null
