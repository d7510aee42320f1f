with

in_force as (
    select
        applications.*,
        topics.topic_name
    from {{ ref('topic_applications') }} as applications
    inner join {{ ref('req_sparkcentral_open_conversations') }} as open_conversations using (org_id, conversation_id)
    left join {{ ref('topics') }} as topics using (org_id, topic_id)
    where
        applications.applied_at <= open_conversations.as_of
        and (applications.removed_at is null or applications.removed_at > open_conversations.as_of)
)

select
    org_id,
    conversation_id,
    {{ joined_text('topic_id', 'applied_at, sequence nulls last, topic_application_id') }} as topic_ids,
    {{ joined_text("coalesce(topic_name, '')", 'applied_at, sequence nulls last, topic_application_id') }} as topic_names
from in_force
group by org_id, conversation_id
