with

filters as (
    select * from {{ ref('int_conversation_filters') }}
),

tagged as (
    select distinct
        applications.org_id,
        applications.conversation_id
    from {{ ref('tag_applications') }} as applications
    inner join filters
        on applications.org_id = filters.org_id and array_contains(filters.tag_ids, applications.tag_id)
    where applications.removed_at is null and applications.conversation_id is not null
)

select
    conversations.org_id,
    conversations.conversation_id,
    conversations.channel_id,
    conversations.medium,
    conversations.conversation_url,
    conversations.priority,
    conversations.queue_id,
    conversations.assignee_id
from {{ ref('conversations') }} as conversations
inner join filters on conversations.org_id = filters.org_id
left join tagged
    on conversations.org_id = tagged.org_id and conversations.conversation_id = tagged.conversation_id
where
    {{ passes_filters('filters', 'conversations') }}
    and (filters.tag_ids is null or tagged.conversation_id is not null)
