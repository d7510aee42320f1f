select
    applications.org_id,
    applications.message_id,
    {{ joined_text('applications.tag_id', 'applications.applied_at, applications.sequence nulls last, applications.event_id') }} as tag_ids,
    {{ joined_text("coalesce(tags.name, '')", 'applications.applied_at, applications.sequence nulls last, applications.event_id') }} as tag_names
from {{ ref('int_tag_applications') }} as applications
left join {{ ref('int_tags') }} as tags using (org_id, tag_id)
where applications.removed_at is null
group by applications.org_id, applications.message_id
