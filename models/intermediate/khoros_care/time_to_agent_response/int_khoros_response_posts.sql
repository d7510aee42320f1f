{{ config(materialized='table') }}

with

steps as (
    select * from {{ ref('int_khoros_wait_timeline') }}
),

waits as (
    select * from {{ ref('int_khoros_waits') }}
    where ended_by_message_id is not null
),

responses as (
    select * from steps
    where step not in ('post', 'resolved')
),

-- For a response that is not human, the first post since the last reply or closing. A human reply answers the whole wait instead.
first_posts_of_turns as (
    select
        org_id,
        next_turn_message_id as message_id,
        message_id as first_post_id,
        occurred_at as first_post_at,
        wait_ended_by_message_id is not null as is_answered_later
    from steps
    where step = 'post' and previous_turn is distinct from 'post' and next_turn_message_id is not null
),

-- in_reply_to_message_id counts only if it names an earlier post of the same conversation.
named_posts as (
    select
        responses.org_id,
        responses.message_id,
        posts.message_id as named_post_id,
        posts.occurred_at as named_post_at
    from responses
    inner join steps as posts
        on responses.org_id = posts.org_id
        and responses.conversation_id = posts.conversation_id
        and responses.in_reply_to_message_id = posts.message_id
    where posts.step = 'post' and posts.step_number < responses.step_number
)

select
    responses.org_id,
    responses.message_id,
    waits.first_post_id as waiting_post_id,
    coalesce(waits.first_post_id, case when not turns.is_answered_later then turns.first_post_id end) as answered_post_id,
    waits.answer_number,
    case when waits.first_post_id is not null then greatest({{ seconds_between('waits.tar_start_at', 'responses.published_at') }}, 0) end as tar_s,
    case
        when named_posts.named_post_id is not null then named_posts.named_post_id
        when responses.step = 'proactive' then null
        else coalesce(waits.first_post_id, turns.first_post_id, responses.previous_post_id)
    end as responded_post_id,
    case
        when named_posts.named_post_id is not null then named_posts.named_post_at
        when responses.step = 'proactive' then null
        else coalesce(waits.from_at, turns.first_post_at, responses.previous_post_at)
    end as responded_post_at
from responses
left join waits on responses.org_id = waits.org_id and responses.message_id = waits.ended_by_message_id
left join first_posts_of_turns as turns on responses.org_id = turns.org_id and responses.message_id = turns.message_id
left join named_posts on responses.org_id = named_posts.org_id and responses.message_id = named_posts.message_id
