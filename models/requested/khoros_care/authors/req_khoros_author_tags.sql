with

in_force as (
    select
        posts.org_id,
        posts.post_author_id,
        coalesce(tags.tag_name, applications.tag_id) as tag,
        applications.applied_at,
        applications.sequence,
        applications.tag_application_id,
        row_number() over (
            partition by posts.org_id, posts.post_author_id, applications.tag_id
            order by applications.applied_at, applications.sequence nulls last, applications.tag_application_id
        ) as application_number
    from {{ ref('req_khoros_posts') }} as posts
    inner join {{ ref('tag_applications') }} as applications using (org_id, message_id)
    left join {{ ref('tags') }} as tags using (org_id, tag_id)
    where applications.removed_at is null
)

-- A tag on several posts of an author is listed once, at its first application.
select
    org_id,
    post_author_id,
    {{ joined_text('tag', 'applied_at, sequence nulls last, tag_application_id') }} as tags
from in_force
where application_number = 1
group by org_id, post_author_id
