with

posts as (
    select
        *,
        coalesce(wait_ended_by_message_id, next_turn_message_id) as answering_message_id
    from {{ ref('int_khoros_wait_timeline') }}
    where step = 'post'
),

profiles as (
    select * from {{ ref('int_conversation_profiles') }}
),

authored as (
    select
        posts.*,
        coalesce(posts.author_id, profiles.contact_profile_id) as post_author_id
    from posts
    left join profiles using (org_id, conversation_id)
)

-- A human reply answers all posts of the wait that it ends; another reply answers the posts since the last turn.
select
    org_id,
    message_id,
    conversation_id,
    post_author_id,
    answering_message_id,
    case
        when answering_message_id = wait_ended_by_message_id then coalesce(previous_wait_step <> 'post', true)
        when answering_message_id is not null then coalesce(previous_turn <> 'post', true)
    end as is_first_of_response,
    event_id,
    occurred_at as received_at,
    published_at,
    min(occurred_at) over (partition by org_id, post_author_id) as author_first_post_at
from authored
