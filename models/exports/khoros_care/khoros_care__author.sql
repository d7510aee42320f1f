with

requested as (
    select
        posts.*,
        {{ known_sentiment('messages.sentiment') }} as sentiment,
        row_number() over (
            partition by posts.org_id, posts.post_author_id
            order by posts.received_at, messages.sequence nulls last, posts.event_id
        ) as post_number
    from {{ ref('req_khoros_posts') }} as posts
    inner join {{ ref('messages') }} as messages
        on posts.org_id = messages.org_id
        and posts.message_id = messages.message_id
        and posts.received_at = messages.created_at
),

authors as (
    select
        requested.org_id,
        requested.post_author_id,
        min(requested.author_first_post_at) >= min(request.window_start) as is_new_author,
        count(*) as incoming_posts,
        count(distinct requested.conversation_id) as conversations,
        min(requested.received_at) as first_post_at,
        max(requested.received_at) as last_post_at,
        count(*) filter (where requested.sentiment > 0) as positive_posts,
        count(*) filter (where requested.sentiment = 0) as neutral_posts,
        count(*) filter (where requested.sentiment < 0) as negative_posts
    from requested
    cross join {{ ref('request') }} as request
    group by requested.org_id, requested.post_author_id
),

first_posts as (
    select * from requested
    where post_number = 1
),

responses as (
    select * from {{ ref('req_khoros_author_responses') }}
),

tag_lists as (
    select * from {{ ref('req_khoros_author_tags') }}
)

-- Posts without an author are one row with a null author, so joins on the author must be null-safe.
select
    authors.org_id,
    authors.post_author_id as author_id,
    contacts.display_name as author_name,
    contacts.primary_identifier as author_handle,
    coalesce(contacts.medium, channels.medium) as network,
    authors.is_new_author,
    authors.incoming_posts,
    authors.conversations,
    coalesce(responses.responses_received, 0) as responses_received,
    authors.first_post_at,
    authors.last_post_at,
    authors.positive_posts,
    authors.neutral_posts,
    authors.negative_posts,
    tag_lists.tags
from authors
inner join first_posts
    on authors.org_id = first_posts.org_id and authors.post_author_id is not distinct from first_posts.post_author_id
left join {{ ref('channels') }} as channels
    on first_posts.org_id = channels.org_id and first_posts.channel_id = channels.channel_id
left join {{ ref('contacts') }} as contacts
    on authors.org_id = contacts.org_id and authors.post_author_id = contacts.contact_profile_id
left join responses
    on authors.org_id = responses.org_id and authors.post_author_id is not distinct from responses.post_author_id
left join tag_lists
    on authors.org_id = tag_lists.org_id and authors.post_author_id is not distinct from tag_lists.post_author_id
