with

arrived as (
    select
        posts.*,
        request.business_hour_type
    from {{ ref('khoros_posts') }} as posts
    inner join {{ ref('request') }} as request
        on posts.received_at >= request.window_start
        and posts.received_at < request.window_end
        and (request.org_id is null or posts.org_id = request.org_id)
),

matching as (
    select arrived.*
    from arrived
    inner join {{ ref('req_khoros_filters') }} as filters on arrived.org_id = filters.org_id
    left join {{ ref('req_khoros_tagged_conversations') }} as tagged
        on arrived.org_id = tagged.org_id and arrived.conversation_id = tagged.conversation_id
    where {{ passes_filters('filters', 'arrived', 'tagged.conversation_id is not null') }}
),

tested as (
    select
        matching.*,
        {{ in_business_hours() }} as in_business_hours
    from matching
    {{ join_business_hours('matching.org_id', 'matching.channel_id', 'matching.received_at') }}
)

select
    org_id,
    message_id,
    conversation_id,
    channel_id,
    post_author_id,
    answering_message_id,
    queue_id,
    assignee_id,
    medium as network,
    conversation_url,
    priority,
    in_business_hours,
    is_first_of_response,
    event_id,
    received_at,
    published_at,
    author_first_post_at
from tested
where business_hour_type is null or in_business_hours = business_hour_type
