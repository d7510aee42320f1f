-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'message_events') }}
with

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

{# Nobody has asked to be forgotten in most landing zones; then this empty join reads no message. #}
created as (
    select
        org_id,
        message_id,
        conversation_id,
        direction,
        author_type,
        author_id,
        occurred_at,
        sequence,
        event_id,
        row_number() over (
            partition by org_id, message_id
            order by occurred_at, sequence nulls last, event_id
        ) as creation_number
    from ({{ counted_once('message_events') }}) as message_events
    where event_type = 'created' and org_id in (select org_id from erased_contacts)
),

inbound as (
    select * from created
    where creation_number = 1 and direction = 'inbound'
),

conversation_contacts as (
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

{# A conversation that nobody created belongs to the author of its first inbound message by a contact. #}
first_authors as (
    select
        org_id,
        conversation_id,
        author_id as contact_profile_id,
        row_number() over (
            partition by org_id, conversation_id
            order by occurred_at, sequence nulls last, event_id
        ) as message_number
    from inbound
    where author_type = 'contact'
),

owners as (
    select org_id, conversation_id, contact_profile_id
    from conversation_contacts
    where creation_number = 1
    union all
    select first_authors.org_id, first_authors.conversation_id, first_authors.contact_profile_id
    from first_authors
    left join conversation_contacts using (org_id, conversation_id)
    where first_authors.message_number = 1 and conversation_contacts.conversation_id is null
),

authors as (
    select
        inbound.org_id,
        inbound.message_id,
        case when inbound.author_type = 'contact' then coalesce(inbound.author_id, owners.contact_profile_id) else owners.contact_profile_id end as contact_profile_id
    from inbound
    left join owners using (org_id, conversation_id)
)

select
    authors.org_id,
    authors.message_id,
    erased_contacts.contact_profile_id,
    erased_contacts.erased_at,
    erased_contacts.erased_sequence,
    erased_contacts.erased_event_id
from authors
inner join erased_contacts using (org_id, contact_profile_id)
