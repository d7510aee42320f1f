with

waits as (
    select
        waits.*,
        waits.ended_at is null or waits.ended_at >= moments.told_before as is_open
    from {{ ref('int_waits') }} as waits
    inner join {{ ref('int_report_moments') }} as moments using (org_id, conversation_id)
    where waits.from_at < moments.told_before
),

first_posts as (
    select
        steps.org_id,
        steps.conversation_id,
        least(steps.published_at, steps.occurred_at) as tar_start_at
    from {{ ref('int_talk_steps') }} as steps
    inner join {{ ref('int_report_moments') }} as moments using (org_id, conversation_id)
    where steps.step = 'post' and steps.previous_post_id is null and steps.occurred_at < moments.told_before
)

{# What the first response answered; while there is none, who waits, else who wrote first. #}
select
    first_posts.org_id,
    first_posts.conversation_id,
    coalesce(answered.tar_start_at, waiting.tar_start_at, first_posts.tar_start_at) as tar_start_at,
    responses.published_at as first_response_published_at,
    responses.tar_s as first_tar_s,
    waiting.first_post_id is not null as is_waiting
from first_posts
left join waits as waiting
    on first_posts.org_id = waiting.org_id and first_posts.conversation_id = waiting.conversation_id and waiting.is_open
left join waits as answered
    on first_posts.org_id = answered.org_id
    and first_posts.conversation_id = answered.conversation_id
    and answered.answer_number = 1
    and not answered.is_open
left join {{ ref('care_responses') }} as responses
    on answered.org_id = responses.org_id and answered.ended_by_message_id = responses.message_id
