with

open_conversations as (
    select * from {{ ref('req_sparkcentral_open_conversations') }}
),

-- Only conversations that were updated after as_of are counted again; for the others the current metrics are those at as_of.
moved_later as (
    select * from {{ ref('req_sparkcentral_open_conversations_changed_later') }}
),

earlier_messages as (
    select
        messages.org_id,
        messages.conversation_id,
        count(*) filter (where messages.is_contact_message) as inbound_messages,
        count(*) filter (where messages.direction = 'outbound') as outbound_messages
    from {{ ref('messages') }} as messages
    inner join moved_later using (org_id, conversation_id)
    where messages.created_at >= (select min(all_moved.first_event_at) from moved_later as all_moved) and messages.created_at <= moved_later.as_of
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
    case when moved_later.as_of is null then conversations.inbound_messages else coalesce(earlier_messages.inbound_messages, 0) end as inbound_messages,
    case when moved_later.as_of is null then conversations.outbound_messages else coalesce(earlier_messages.outbound_messages, 0) end as outbound_messages,
    -- A conversation that was not created at as_of has no channel, hence no opening hours.
    case
        when open_conversations.channel_id is null
            then {{ seconds_between('first_responses.waiting_from_at', 'first_responses.replied_at') }}
        else first_responses.first_response_time_s
    end as first_response_time_s,
    coalesce(locks.handle_time_s, 0)::bigint as handle_time_s,
    coalesce(locks.no_reply_time_s, 0)::bigint as no_reply_time_s,
    coalesce(locks.cherry_picking_time_s, 0)::bigint as cherry_picking_time_s,
    case when moved_later.as_of is null then conversations.updated_at else earlier_updates.updated_at end as updated_at
from open_conversations
inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
left join moved_later using (org_id, conversation_id)
left join earlier_messages using (org_id, conversation_id)
left join {{ ref('req_sparkcentral_open_conversation_updates') }} as earlier_updates using (org_id, conversation_id)
left join locks using (org_id, conversation_id)
left join {{ ref('sparkcentral_first_responses') }} as first_responses
    on open_conversations.org_id = first_responses.org_id
    and open_conversations.conversation_id = first_responses.conversation_id
    and first_responses.replied_at <= open_conversations.as_of
