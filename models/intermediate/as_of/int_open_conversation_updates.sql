with

open_conversations as (
    select
        open_conversations.org_id,
        open_conversations.conversation_id,
        open_conversations.as_of,
        conversations.updated_at
    from {{ ref('int_open_conversations') }} as open_conversations
    inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
),

{# What came after as-of may have moved the conversation, or a tag from one conversation to another. #}
moved_later as (
    select org_id, conversation_id, as_of
    from open_conversations
    where updated_at > as_of
    union
    select tag_updates.org_id, tag_updates.conversation_id, open_conversations.as_of
    from {{ ref('int_tag_updates') }} as tag_updates
    inner join open_conversations using (org_id, conversation_id)
    where
        tag_updates.occurred_at <= open_conversations.as_of
        and (tag_updates.updates_from > open_conversations.as_of or tag_updates.updates_until > open_conversations.as_of)
),

earlier_updates as (
    select
        moved_later.org_id,
        moved_later.conversation_id,
        max(events.occurred_at) as updated_at
    from {{ ref('int_conversation_events') }} as events
    inner join moved_later using (org_id, conversation_id)
    where
        events.updates_from <= moved_later.as_of
        and (events.updates_until is null or events.updates_until > moved_later.as_of)
    group by moved_later.org_id, moved_later.conversation_id
)

select
    open_conversations.org_id,
    open_conversations.conversation_id,
    case when moved_later.conversation_id is null then open_conversations.updated_at else earlier_updates.updated_at end as updated_at
from open_conversations
left join moved_later using (org_id, conversation_id)
left join earlier_updates using (org_id, conversation_id)
