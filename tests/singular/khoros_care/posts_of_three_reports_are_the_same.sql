-- A failure means that a report lost or doubled posts: incoming_post, combined and author must count the same number
-- of posts.
with

incoming as (
    select
        org_id,
        count(*) as posts
    from {{ ref('khoros_care__incoming_post') }}
    group by org_id
),

combined as (
    select
        org_id,
        count(post_id) as posts
    from {{ ref('khoros_care__combined') }}
    group by org_id
    having count(post_id) > 0
),

authors as (
    select
        org_id,
        sum(incoming_posts) as posts
    from {{ ref('khoros_care__author') }}
    group by org_id
)

select
    org_id,
    incoming.posts as posts_of_incoming_post,
    combined.posts as posts_of_combined,
    authors.posts as posts_of_authors
from incoming
full outer join combined using (org_id)
full outer join authors using (org_id)
where incoming.posts is distinct from combined.posts or incoming.posts is distinct from authors.posts
