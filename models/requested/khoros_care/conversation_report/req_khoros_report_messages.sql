with

moments as (
    select org_id, conversation_id, told_before
    from {{ ref('req_khoros_report_scope') }}
),

posts as (
    select
        messages.org_id,
        messages.conversation_id,
        count(*) as incoming_posts
    from {{ ref('messages') }} as messages
    inner join moments using (org_id, conversation_id)
    where messages.is_contact_message and messages.created_at < moments.told_before
    group by messages.org_id, messages.conversation_id
),

told_responses as (
    select
        responses.org_id,
        responses.conversation_id,
        responses.message_id,
        responses.is_human,
        responses.tar_s,
        moments.told_before
    from {{ ref('khoros_responses') }} as responses
    inner join moments using (org_id, conversation_id)
    where responses.sent_at < moments.told_before
),

responses as (
    select
        org_id,
        conversation_id,
        count(*) as responses,
        count(*) filter (where is_human) as agent_responses,
        count(*) filter (where not is_human) as bot_responses,
        {{ average('tar_s', 'tar_s is not null') }} as average_tar
    from told_responses
    group by org_id, conversation_id
),

-- A session that had not ended before told_before does not count.
handle_times as (
    select
        told_responses.org_id,
        told_responses.conversation_id,
        sum(sessions.seconds)::bigint as handle_time_s
    from {{ ref('khoros_response_handle_times') }} as sessions
    inner join told_responses using (org_id, message_id)
    where sessions.ended_at < told_responses.told_before
    group by told_responses.org_id, told_responses.conversation_id
)

select
    moments.org_id,
    moments.conversation_id,
    coalesce(posts.incoming_posts, 0) as incoming_posts,
    coalesce(responses.responses, 0) as responses,
    coalesce(responses.agent_responses, 0) as agent_responses,
    coalesce(responses.bot_responses, 0) as bot_responses,
    responses.average_tar,
    coalesce(handle_times.handle_time_s, 0) as handle_time_s
from moments
left join posts using (org_id, conversation_id)
left join responses using (org_id, conversation_id)
left join handle_times using (org_id, conversation_id)
