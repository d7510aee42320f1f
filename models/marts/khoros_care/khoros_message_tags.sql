with

-- Actors agent and bulk apply tags manually; all other actors apply them automatically.
in_force as (
    select
        applications.org_id,
        applications.message_id,
        applications.event_id,
        applications.applied_at,
        applications.sequence,
        coalesce(tags.name, applications.tag_id) as tag,
        coalesce(applications.actor_type in ('agent', 'bulk'), false) as is_manual,
        count(*) over (partition by applications.org_id, applications.message_id) as tags_in_force
    from {{ ref('int_tag_applications') }} as applications
    left join {{ ref('int_tags') }} as tags using (org_id, tag_id)
    where applications.removed_at is null
)

-- Joining texts in order is slow and most messages have one tag, so these messages skip the aggregation.
select
    org_id,
    message_id,
    tag as tags,
    case when is_manual then tag end as manual_tags,
    case when not is_manual then tag end as auto_tags
from in_force
where tags_in_force = 1
union all
select
    org_id,
    message_id,
    {{ joined_text('tag', 'applied_at, sequence nulls last, event_id') }},
    {{ joined_text('case when is_manual then tag end', 'applied_at, sequence nulls last, event_id') }},
    {{ joined_text('case when not is_manual then tag end', 'applied_at, sequence nulls last, event_id') }}
from in_force
where tags_in_force > 1
group by org_id, message_id
