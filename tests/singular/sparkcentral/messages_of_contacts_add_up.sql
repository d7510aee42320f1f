-- A failure means that the contact export lost or doubled messages: its counts add up to the messages that have a
-- contact. Inbound messages that no contact wrote are not counted.
with

messages as (
    select
        org_id,
        count(*) as messages
    from {{ ref('messages') }}
    where contact_profile_id is not null and (direction = 'outbound' or author_type = 'contact')
    group by org_id
),

contacts as (
    select
        org_id,
        sum(inbound_messages + outbound_messages) as messages
    from {{ ref('sparkcentral__contact') }}
    group by org_id
)

select
    org_id,
    messages.messages as messages_with_a_contact,
    contacts.messages as messages_of_contacts
from messages
full outer join contacts using (org_id)
where messages.messages is distinct from contacts.messages
