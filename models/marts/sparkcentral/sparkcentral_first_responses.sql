select
    first_responses.org_id,
    first_responses.conversation_id,
    first_responses.reply_message_id,
    replies.author_id as replying_agent_id,
    replies.team_id,
    first_responses.first_response_time_s,
    first_responses.waiting_from_at,
    first_responses.replied_at
from {{ ref('int_sparkcentral_first_responses') }} as first_responses
inner join {{ ref('messages') }} as replies
    on first_responses.org_id = replies.org_id and first_responses.reply_message_id = replies.message_id
