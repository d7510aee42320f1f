with

open_conversations as (
    select
        open_conversations.org_id,
        open_conversations.conversation_id,
        open_conversations.as_of,
        conversations.first_event_at,
        conversations.updated_at
    from {{ ref('req_sparkcentral_open_conversations') }} as open_conversations
    inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
)

select
    org_id,
    conversation_id,
    as_of,
    first_event_at
from open_conversations
where updated_at > as_of
union
-- The first event or the creation of a message can move its tags from one conversation to another.
select
    tag_updates.org_id,
    tag_updates.conversation_id,
    open_conversations.as_of,
    open_conversations.first_event_at
from {{ ref('conversation_tag_updates') }} as tag_updates
inner join open_conversations using (org_id, conversation_id)
where
    tag_updates.occurred_at <= open_conversations.as_of
    and (tag_updates.updates_from > open_conversations.as_of or tag_updates.updates_until > open_conversations.as_of)
