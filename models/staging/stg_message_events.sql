-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'message_events') }}
with

message_events as (
    {{ counted_once('message_events') }}
),

erased_messages as (
    select * from {{ ref('erased_messages') }}
),

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

erased_conversations as (
    select * from {{ ref('erased_conversations') }}
)

-- A text is removed by the erasure of the message's author, of the contact that this event names as its author, or, where
-- the creation names no contact as the author, of the conversation's contact. Each join key is one expression: with a
-- condition on one side of a left join the engine would compare all pairs.
select
    message_events.event_id,
    message_events.event_type,
    message_events.org_id,
    message_events.occurred_at,
    message_events.sequence,
    message_events.ingested_at,
    message_events.message_id,
    message_events.conversation_id,
    message_events.actor_type,
    message_events.actor_id,
    message_events.team_id,
    message_events.direction,
    message_events.author_type,
    message_events.author_id,
    case
        when
            not {{ is_before_erasure('message_events', 'message_events', 'erased_messages') }}
            and not {{ is_before_erasure('message_events', 'message_events', 'erased_contacts') }}
            and not {{ is_before_erasure('message_events', 'message_events', 'erased_conversations') }}
            then message_events.content
    end as content,
    message_events.content is not null as has_content,
    message_events.message_type,
    message_events.result_type,
    message_events.origin,
    message_events.outbound_type,
    message_events.system_user_type,
    message_events.post_url,
    message_events.published_at,
    message_events.in_reply_to_message_id,
    message_events.parent_message_id,
    message_events.sub_parent_message_id,
    message_events.source_profile_id,
    message_events.source_query_id,
    message_events.language,
    message_events.sentiment,
    message_events.likes,
    message_events.reach_rank,
    message_events.location_id,
    message_events.owned_by_external_service,
    message_events.external_id,
    message_events.unreadable,
    message_events.deliveries,
    message_events.copies_differ
from message_events
left join erased_messages
    on message_events.org_id = erased_messages.org_id and message_events.message_id = erased_messages.message_id
left join erased_contacts
    on message_events.org_id = erased_contacts.org_id
    and case
        when message_events.event_type <> 'created' and message_events.actor_type = 'contact' then message_events.actor_id
        when message_events.direction = 'inbound' or message_events.author_type = 'contact' then message_events.author_id
    end = erased_contacts.contact_profile_id
left join erased_conversations
    on message_events.org_id = erased_conversations.org_id
    and case
        when message_events.direction = 'inbound' and (message_events.author_type <> 'contact' or message_events.author_id is null)
            then message_events.conversation_id
    end = erased_conversations.conversation_id
