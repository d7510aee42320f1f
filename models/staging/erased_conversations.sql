with

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

creations as (
    select
        org_id,
        conversation_id,
        contact_profile_id,
        row_number() over (
            partition by org_id, conversation_id
            order by occurred_at, sequence nulls last, event_id
        ) as creation_number
    from {{ ref('stg_conversation_events') }}
    where event_type = 'created' and org_id in (select org_id from erased_contacts)
),

first_creations as (
    select * from creations
    where creation_number = 1
),

contact_messages as (
    select
        org_id,
        conversation_id,
        author_id as contact_profile_id,
        row_number() over (
            partition by org_id, conversation_id
            order by occurred_at, sequence nulls last, event_id
        ) as message_number
    from {{ ref('erasable_messages') }}
    where direction = 'inbound' and author_type = 'contact'
),

-- The contact that the creation of the conversation names, else the author of its first message by a contact.
conversation_contacts as (
    select org_id, conversation_id, contact_profile_id
    from first_creations
    union all
    select contact_messages.org_id, contact_messages.conversation_id, contact_messages.contact_profile_id
    from contact_messages
    left join first_creations
        on contact_messages.org_id = first_creations.org_id and contact_messages.conversation_id = first_creations.conversation_id
    where contact_messages.message_number = 1 and first_creations.conversation_id is null
)

select
    conversation_contacts.org_id,
    conversation_contacts.conversation_id,
    erased_contacts.contact_profile_id,
    erased_contacts.erased_at,
    erased_contacts.erased_sequence,
    erased_contacts.erased_event_id
from conversation_contacts
inner join erased_contacts using (org_id, contact_profile_id)
