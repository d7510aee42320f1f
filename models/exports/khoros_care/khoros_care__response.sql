with

-- business_hour_type filters by the post's arrival where there is a post, else by the sending of the response.
requested as (
    select
        responses.*,
        {{ in_business_hours() }} as in_business_hours
    from {{ ref('req_khoros_responses') }} as responses
    {{ join_business_hours('responses.org_id', 'responses.channel_id', 'coalesce(responses.responded_post_at, responses.sent_at)') }}
),

answered_posts as (
    select * from {{ ref('khoros_posts') }}
),

-- Reads the few requested posts only, not all messages.
posts as (
    select org_id, message_id, created_at, external_id, content
    from {{ ref('messages') }}
    where (org_id, message_id, created_at) in (select asked.org_id, asked.responded_post_id, asked.responded_post_at from requested as asked)
)

select
    requested.org_id,
    requested.message_id as response_id,
    messages.external_id as external_response_id,
    requested.conversation_id,
    requested.conversation_url as lsw_conversation_link,
    requested.response_type,
    requested.response_number as response_order,
    requested.agent_response_number as agent_response_order,
    requested.bot_response_number as bot_response_order,
    requested.author_id as responding_agent_display_id,
    users.user_name as responding_agent_name,
    users.user_email_address as responding_agent_email,
    requested.network as response_provider,
    channels.channel as response_handle,
    messages.content as response_content,
    messages.language as response_language,
    messages.location_id as response_location,
    {{ known_sentiment('messages.sentiment') }} as response_sentiment,
    requested.sentiment_conversion,
    tag_lists.tags as response_tag,
    tag_lists.manual_tags as manual_tag,
    tag_lists.auto_tags as auto_tag,
    requested.claimed_at as date_claimed,
    requested.published_at as response_published_date,
    requested.tar_s as response_tar,
    requested.responding_time_s as handle_time_responding_agent,
    requested.approving_time_s as handle_time_approving_agent,
    requested.other_time_s as handle_time_other_agent,
    requested.handle_time_s as handle_time_total_response,
    null::bigint as assistant_rht,
    requested.expert_time_s as expert_rht,
    posts.external_id as lsw_responded_to_external_post_id,
    answered_posts.post_author_id as lsw_responded_to_post_author_uuid,
    posts.content as lsw_responded_to_post_content,
    answered_posts.published_at as lsw_responded_to_post_published_time,
    answered_posts.received_at as lsw_responded_to_post_received_time,
    case when requested.responded_post_id is not null then requested.in_business_hours end as lsw_responded_post_in_business_hour
from requested
inner join {{ ref('messages') }} as messages
    on requested.org_id = messages.org_id
    and requested.message_id = messages.message_id
    and requested.sent_at = messages.created_at
left join answered_posts
    on requested.org_id = answered_posts.org_id
    and requested.responded_post_id = answered_posts.message_id
    and requested.responded_post_at = answered_posts.received_at
left join posts
    on requested.org_id = posts.org_id
    and requested.responded_post_id = posts.message_id
    and requested.responded_post_at = posts.created_at
left join {{ ref('channels') }} as channels
    on requested.org_id = channels.org_id and requested.channel_id = channels.channel_id
left join {{ ref('users') }} as users
    on requested.org_id = users.org_id and requested.author_id = users.user_id
left join {{ ref('khoros_message_tags') }} as tag_lists
    on requested.org_id = tag_lists.org_id and requested.message_id = tag_lists.message_id
where requested.business_hour_type is null or requested.in_business_hours = requested.business_hour_type
