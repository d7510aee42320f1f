with

in_force as (
    select
        applications.*,
        coalesce(topics.name, '') as topic_name,
        count(*) over (partition by applications.org_id, applications.conversation_id) as topics_in_force
    from {{ ref('int_topic_applications') }} as applications
    left join {{ ref('int_topics') }} as topics using (org_id, topic_id)
    where applications.removed_at is null
)

-- Joining texts in order is slow, and most conversations have one topic.
select
    org_id,
    conversation_id,
    topic_id as topic_ids,
    topic_name as topic_names
from in_force
where topics_in_force = 1
union all
select
    org_id,
    conversation_id,
    {{ joined_text('topic_id', 'applied_at, sequence nulls last, event_id') }},
    {{ joined_text('topic_name', 'applied_at, sequence nulls last, event_id') }}
from in_force
where topics_in_force > 1
group by org_id, conversation_id
