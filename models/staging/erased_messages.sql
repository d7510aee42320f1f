with

messages as (
    select * from {{ ref('erasable_messages') }}
),

-- author_id is the author of an inbound message; of an outbound one it names staff, unless author_type is contact.
erasures_of_authors as (
    select
        messages.org_id,
        messages.message_id,
        erased_contacts.contact_profile_id,
        erased_contacts.erased_at,
        erased_contacts.erased_sequence,
        erased_contacts.erased_event_id
    from messages
    inner join {{ ref('erased_contacts') }} as erased_contacts
        on messages.org_id = erased_contacts.org_id and messages.author_id = erased_contacts.contact_profile_id
    where messages.direction = 'inbound' or messages.author_type = 'contact'
),

-- A message whose author is not known to be a contact may hold words of the conversation's contact; so may one that was never created.
erasures_of_conversations as (
    select
        messages.org_id,
        messages.message_id,
        erased_conversations.contact_profile_id,
        erased_conversations.erased_at,
        erased_conversations.erased_sequence,
        erased_conversations.erased_event_id
    from messages
    inner join {{ ref('erased_conversations') }} as erased_conversations
        on messages.org_id = erased_conversations.org_id and messages.conversation_id = erased_conversations.conversation_id
    where
        messages.direction is null
        or messages.direction = 'inbound' and (messages.author_type <> 'contact' or messages.author_id is null)
),

ranked as (
    select
        *,
        row_number() over (
            partition by org_id, message_id
            order by erased_at desc, erased_sequence desc nulls first, erased_event_id desc, contact_profile_id desc
        ) as newest_first
    from (
        select * from erasures_of_authors
        union all
        select * from erasures_of_conversations
    ) as erasures
)

select
    org_id,
    message_id,
    contact_profile_id,
    erased_at,
    erased_sequence,
    erased_event_id
from ranked
where newest_first = 1
