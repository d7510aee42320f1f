-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'message_events') }}
with

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
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

{# Only conversations that an erased contact owns or wrote in are read further: in most landing zones none. #}
touched as (
    select conversation_contacts.org_id, conversation_contacts.conversation_id
    from conversation_contacts
    inner join erased_contacts using (org_id, contact_profile_id)
    union
    select created.org_id, created.conversation_id
    from ({{ landed('message_events') }}) as created
    inner join erased_contacts
        on created.org_id = erased_contacts.org_id and created.author_id = erased_contacts.contact_profile_id
    where created.rejection_reason is null and created.direction = 'inbound'
),

candidates as (
    select distinct created.org_id, created.message_id
    from ({{ landed('message_events') }}) as created
    inner join touched using (org_id, conversation_id)
    where created.rejection_reason is null and created.event_type = 'created'
),

deliveries as (
    select
        created.org_id,
        created.event_id,
        created.occurred_at,
        created.sequence,
        created.message_id,
        created.conversation_id,
        created.direction,
        created.author_type,
        created.author_id,
        row_number() over (
            partition by created.org_id, created.event_id
            order by
                coalesce(created.ingested_at, created.occurred_at),
                created.occurred_at,
                created.conversation_id,
                created.direction,
                created.author_type,
                created.author_id
        ) as delivery_number
    from ({{ landed('message_events') }}) as created
    inner join candidates using (org_id, message_id)
    where created.rejection_reason is null and created.event_type = 'created'
),

creations as (
    select
        *,
        row_number() over (partition by org_id, message_id order by occurred_at, sequence nulls last, event_id) as creation_number
    from deliveries
    where delivery_number = 1
),

inbound as (
    select
        *,
        first_value(author_id) over (
            partition by org_id, conversation_id
            order by author_type <> 'contact', occurred_at, sequence nulls last, event_id
        ) as first_author_id
    from creations
    where creation_number = 1 and direction = 'inbound'
),

authors as (
    select
        inbound.org_id,
        inbound.message_id,
        case when inbound.author_type = 'contact' and inbound.author_id is not null then inbound.author_id
            when conversation_contacts.conversation_id is not null then conversation_contacts.contact_profile_id
            else inbound.first_author_id
        end as contact_profile_id
    from inbound
    left join conversation_contacts
        on inbound.org_id = conversation_contacts.org_id
        and inbound.conversation_id = conversation_contacts.conversation_id
        and conversation_contacts.creation_number = 1
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
