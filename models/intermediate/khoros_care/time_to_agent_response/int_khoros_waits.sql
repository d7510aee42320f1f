{{ config(materialized='table') }}

with

-- A wait begins with a post whose previous wait step is not a post.
first_posts as (
    select
        org_id,
        conversation_id,
        step_number,
        message_id as first_post_id,
        occurred_at as from_at,
        least(published_at, occurred_at) as tar_start_at,
        wait_ended_at as ended_at,
        wait_ended_by_message_id as ended_by_message_id
    from {{ ref('int_khoros_wait_timeline') }}
    where step = 'post' and previous_wait_step is distinct from 'post'
)

select
    org_id,
    conversation_id,
    first_post_id,
    from_at,
    tar_start_at,
    ended_at,
    ended_by_message_id,
    case
        when ended_by_message_id is not null
            then row_number() over (partition by org_id, conversation_id, ended_by_message_id is null order by step_number)
    end as answer_number,
    row_number() over (partition by org_id, conversation_id order by step_number) as wait_number
from first_posts
