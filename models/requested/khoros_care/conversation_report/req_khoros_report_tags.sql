with

in_force as (
    select
        tags.org_id,
        tags.conversation_id,
        tags.tag_id,
        tags.applied_at,
        tags.sequence,
        tags.event_id,
        row_number() over (
            partition by tags.org_id, tags.conversation_id, tags.tag_id
            order by tags.applied_at, tags.sequence nulls last, tags.event_id
        ) as application_number
    from {{ ref('conversation_tags') }} as tags
    inner join {{ ref('req_khoros_report_scope') }} as moments using (org_id, conversation_id)
    where tags.in_force_from < moments.told_before and (tags.in_force_until is null or tags.in_force_until >= moments.told_before)
)

-- A tag on several messages of the conversation is listed once.
select
    in_force.org_id,
    in_force.conversation_id,
    {{ joined_text('coalesce(tags.tag_name, in_force.tag_id)', 'in_force.applied_at, in_force.sequence nulls last, in_force.event_id') }} as tags,
    count(*) filter (where array_contains(filters.tag_ids, in_force.tag_id)) as asked_tags
from in_force
inner join {{ ref('req_khoros_filters') }} as filters on in_force.org_id = filters.org_id
left join {{ ref('tags') }} as tags
    on in_force.org_id = tags.org_id and in_force.tag_id = tags.tag_id
where in_force.application_number = 1
group by in_force.org_id, in_force.conversation_id
