{{ config(materialized='table') }}

with

in_force as (
    select
        applications.*,
        coalesce(tags.name, '') as tag_name,
        count(*) over (partition by applications.org_id, applications.message_id) as tags_in_force
    from {{ ref('int_tag_applications') }} as applications
    left join {{ ref('int_tags') }} as tags using (org_id, tag_id)
    where applications.removed_at is null
)

-- Joining texts in order is slow, and most messages have one tag.
select
    org_id,
    message_id,
    tag_id as tag_ids,
    tag_name as tag_names,
    '[' || tag_id || ']' as bracketed_tag_ids
from in_force
where tags_in_force = 1
union all
select
    org_id,
    message_id,
    {{ joined_text('tag_id', 'applied_at, sequence nulls last, event_id') }},
    {{ joined_text('tag_name', 'applied_at, sequence nulls last, event_id') }},
    {{ joined_text("'[' || tag_id || ']'", 'applied_at, sequence nulls last, event_id', '') }}
from in_force
where tags_in_force > 1
group by org_id, message_id
