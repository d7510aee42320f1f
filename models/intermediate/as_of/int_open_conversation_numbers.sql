with

open_conversations as (
    select * from {{ ref('int_open_conversations') }}
),

messages as (
    select
        messages.org_id,
        messages.conversation_id,
        count(*) filter (where messages.direction = 'inbound') as inbound_messages,
        count(*) filter (where messages.direction = 'outbound') as outbound_messages
    from {{ ref('messages') }} as messages
    inner join open_conversations using (org_id, conversation_id)
    where messages.created_at <= open_conversations.as_of
    group by messages.org_id, messages.conversation_id
),

locks as (
    select
        sessions.org_id,
        sessions.conversation_id,
        sum(sessions.duration_s) filter (where sessions.session_kind = 'handle') as handle_time_s,
        sum(sessions.duration_s) filter (where sessions.session_kind = 'no_reply') as no_reply_time_s,
        sum(sessions.duration_s) filter (where sessions.session_kind = 'cherry_picking') as cherry_picking_time_s
    from {{ ref('lock_sessions') }} as sessions
    inner join open_conversations using (org_id, conversation_id)
    where sessions.ended_at <= open_conversations.as_of
    group by sessions.org_id, sessions.conversation_id
)

select
    open_conversations.org_id,
    open_conversations.conversation_id,
    coalesce(messages.inbound_messages, 0) as inbound_messages,
    coalesce(messages.outbound_messages, 0) as outbound_messages,
    {# A conversation that is not created yet has no channel, hence no opening hours. #}
    case
        when open_conversations.channel_id is null
            then {{ seconds_between('first_responses.waiting_from_at', 'first_responses.replied_at') }}
        else first_responses.first_response_time_s
    end as first_response_time_s,
    coalesce(locks.handle_time_s, 0)::bigint as handle_time_s,
    coalesce(locks.no_reply_time_s, 0)::bigint as no_reply_time_s,
    coalesce(locks.cherry_picking_time_s, 0)::bigint as cherry_picking_time_s,
    updates.updated_at
from open_conversations
inner join {{ ref('int_open_conversation_updates') }} as updates using (org_id, conversation_id)
left join messages using (org_id, conversation_id)
left join locks using (org_id, conversation_id)
left join {{ ref('first_responses') }} as first_responses
    on open_conversations.org_id = first_responses.org_id
    and open_conversations.conversation_id = first_responses.conversation_id
    and first_responses.replied_at <= open_conversations.as_of
