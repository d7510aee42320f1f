with

posts as (
    select * from {{ ref('req_khoros_posts') }}
),

responses as (
    select * from {{ ref('khoros_responses') }}
),

-- Responses that answer no post, in this window or any other, get a row of their own.
alone as (
    select
        requested.*,
        {{ in_business_hours() }} as in_business_hours
    from {{ ref('req_khoros_responses') }} as requested
    {{ join_business_hours('requested.org_id', 'requested.channel_id', 'requested.sent_at') }}
    where requested.answered_post_id is null
),

rows_of_posts as (
    select
        posts.org_id,
        posts.received_at as counted_at,
        posts.message_id,
        case when responses.message_id is null then 'UNANSWERED' else 'ANSWERED' end as record_type,
        posts.conversation_id,
        posts.network,
        posts.message_id as post_id,
        posts.post_author_id,
        posts.published_at,
        posts.received_at,
        posts.priority,
        posts.queue_id,
        responses.message_id as response_id,
        responses.response_type,
        responses.author_id as responding_agent_id,
        responses.sent_at,
        responses.published_at as response_published_date,
        case when posts.is_first_of_response then responses.tar_s end as response_tar,
        case when posts.is_first_of_response then responses.handle_time_s end as handle_time_total_response
    from posts
    left join responses on posts.org_id = responses.org_id and posts.answering_message_id = responses.message_id
),

rows_of_responses as (
    select
        org_id,
        sent_at as counted_at,
        message_id,
        case when outbound_type = 'proactive' or not follows_post then 'PROACTIVE' else 'FOLLOW_UP' end as record_type,
        conversation_id,
        network,
        null as post_id,
        null as post_author_id,
        null as published_at,
        null as received_at,
        priority,
        queue_id,
        message_id as response_id,
        response_type,
        author_id as responding_agent_id,
        sent_at,
        published_at as response_published_date,
        tar_s as response_tar,
        handle_time_s as handle_time_total_response
    from alone
    where business_hour_type is null or in_business_hours = business_hour_type
)

select * from rows_of_posts
union all
select * from rows_of_responses
