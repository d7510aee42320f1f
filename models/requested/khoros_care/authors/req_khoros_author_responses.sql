with

tested as (
    select
        responses.*,
        {{ in_business_hours() }} as in_business_hours
    from {{ ref('req_khoros_responses') }} as responses
    {{ join_business_hours('responses.org_id', 'responses.channel_id', 'responses.responded_post_at') }}
    where responses.responded_post_id is not null
)

select
    tested.org_id,
    posts.post_author_id,
    count(*) as responses_received
from tested
inner join {{ ref('khoros_posts') }} as posts
    on tested.org_id = posts.org_id
    and tested.responded_post_id = posts.message_id
    and tested.responded_post_at = posts.received_at
where tested.business_hour_type is null or tested.in_business_hours = tested.business_hour_type
group by tested.org_id, posts.post_author_id
