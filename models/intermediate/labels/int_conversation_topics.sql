select
    applications.org_id,
    applications.conversation_id,
    {{ joined_text('applications.topic_id', 'applications.applied_at, applications.sequence nulls last, applications.event_id') }} as topic_ids,
    {{ joined_text("coalesce(topics.name, '')", 'applications.applied_at, applications.sequence nulls last, applications.event_id') }} as topic_names
from {{ ref('int_topic_applications') }} as applications
left join {{ ref('int_topics') }} as topics using (org_id, topic_id)
where applications.removed_at is null
group by applications.org_id, applications.conversation_id
