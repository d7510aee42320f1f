-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'message_events') }}
with

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

-- Reads only conversations that an erased contact owns or wrote in; most landing zones have none.
touched as (
    select created.org_id, created.conversation_id
    from {{ ref('stg_conversation_events') }} as created
    inner join erased_contacts using (org_id, contact_profile_id)
    where created.event_type = 'created'
    union
    select created.org_id, created.conversation_id
    from ({{ landed('message_events') }}) as created
    inner join erased_contacts
        on created.org_id = erased_contacts.org_id and created.author_id = erased_contacts.contact_profile_id
    where
        created.rejection_reason is null
        and (created.direction = 'inbound' or created.author_type = 'contact')
),

-- Every message that any event names in these conversations, with the conversation of its first event.
named as (
    select
        landed_rows.org_id,
        landed_rows.message_id,
        landed_rows.conversation_id,
        row_number() over (
            partition by landed_rows.org_id, landed_rows.message_id
            order by landed_rows.occurred_at, landed_rows.sequence nulls last, landed_rows.event_id, landed_rows.conversation_id
        ) as event_number
    from ({{ landed('message_events') }}) as landed_rows
    inner join touched using (org_id, conversation_id)
    where landed_rows.rejection_reason is null
),

first_named as (
    select * from named
    where event_number = 1
),

candidates as (
    select org_id, message_id
    from first_named
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
    first_named.org_id,
    first_named.message_id,
    coalesce(creations.conversation_id, first_named.conversation_id) as conversation_id,
    creations.event_id,
    creations.occurred_at,
    creations.sequence,
    creations.direction,
    creations.author_type,
    creations.author_id
from first_named
left join creations
    on first_named.org_id = creations.org_id
    and first_named.message_id = creations.message_id
    and creations.creation_number = 1
