with

filters as (
    select * from {{ ref('req_khoros_filters') }}
)

select
    conversations.org_id,
    conversations.conversation_id,
    conversations.channel_id
from {{ ref('conversations') }} as conversations
inner join filters on conversations.org_id = filters.org_id
left join {{ ref('req_khoros_tagged_conversations') }} as tagged
    on conversations.org_id = tagged.org_id and conversations.conversation_id = tagged.conversation_id
where {{ passes_filters('filters', 'conversations', 'tagged.conversation_id is not null') }}
