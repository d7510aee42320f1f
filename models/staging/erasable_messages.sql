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
            order by {{ delivery_order('message_events') }}
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
)

select
    creations.org_id,
    creations.message_id,
    creations.conversation_id,
    creations.event_id,
    creations.occurred_at,
    creations.sequence,
    creations.direction,
    creations.author_type,
    creations.author_id,
    conversation_contacts.conversation_id is not null as is_conversation_created,
    conversation_contacts.contact_profile_id
from creations
left join conversation_contacts
    on creations.org_id = conversation_contacts.org_id
    and creations.conversation_id = conversation_contacts.conversation_id
    and conversation_contacts.creation_number = 1
where creations.creation_number = 1
