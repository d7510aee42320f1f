with

steps as (
    select * from {{ ref('int_khoros_wait_timeline') }}
    where step not in ('post', 'resolved')
),

messages as (
    select * from {{ ref('messages') }}
    where direction = 'outbound'
),

response_posts as (
    select * from {{ ref('int_khoros_response_posts') }}
),

handle_times as (
    select
        org_id,
        message_id,
        sum(seconds) filter (where role = 'responding')::bigint as responding_time_s,
        sum(seconds) filter (where role = 'approving')::bigint as approving_time_s,
        sum(seconds) filter (where role = 'other')::bigint as other_time_s,
        sum(seconds)::bigint as handle_time_s
    from {{ ref('khoros_response_handle_times') }}
    group by org_id, message_id
),

help as (
    select * from {{ ref('int_khoros_response_help') }}
),

claims as (
    select * from {{ ref('int_khoros_response_claims') }}
)

select
    steps.org_id,
    steps.message_id,
    steps.conversation_id,
    messages.author_type,
    messages.author_id,
    messages.team_id,
    messages.outbound_type,
    case
        when response_posts.answer_number = 1 then 'FIRST'
        when steps.is_human then 'SUBSEQUENT'
    end as response_type,
    response_posts.waiting_post_id,
    response_posts.answered_post_id,
    response_posts.responded_post_id,
    nullif(steps.previous_sentiment, '') || ' -> ' || nullif(steps.next_sentiment, '') as sentiment_conversion,
    steps.response_number,
    case when steps.is_human then steps.human_response_number end as agent_response_number,
    case when not steps.is_human then steps.response_number - steps.human_response_number end as bot_response_number,
    response_posts.tar_s,
    case when steps.is_human then coalesce(handle_times.responding_time_s, 0) end as responding_time_s,
    case when steps.is_human then coalesce(handle_times.approving_time_s, 0) end as approving_time_s,
    case when steps.is_human then coalesce(handle_times.other_time_s, 0) end as other_time_s,
    case when steps.is_human then coalesce(handle_times.handle_time_s, 0) end as handle_time_s,
    case when steps.is_human then coalesce(help.expert_time_s, 0) end as expert_time_s,
    steps.is_human,
    steps.previous_post_id is not null as follows_post,
    steps.occurred_at as sent_at,
    steps.published_at,
    response_posts.responded_post_at,
    claims.claimed_at,
    conversations.channel_id,
    conversations.medium,
    conversations.conversation_url,
    conversations.priority,
    conversations.queue_id
from steps
inner join messages using (org_id, message_id)
inner join response_posts using (org_id, message_id)
inner join {{ ref('conversations') }} as conversations
    on steps.org_id = conversations.org_id and steps.conversation_id = conversations.conversation_id
left join handle_times using (org_id, message_id)
left join help using (org_id, message_id)
left join claims on steps.org_id = claims.org_id and steps.event_id = claims.event_id
