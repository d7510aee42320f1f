{{ config(materialized='table') }}

with

-- The first author is needed only until the `created` event of a conversation, or always if there is none.
inbound as (
    select
        messages.org_id,
        messages.conversation_id,
        messages.author_id,
        messages.created_at,
        messages.sequence,
        messages.event_id,
        row_number() over (
            partition by messages.org_id, messages.conversation_id
            order by messages.created_at, messages.sequence nulls last, messages.event_id
        ) as message_number
    from {{ ref('int_message_creations') }} as messages
    left join {{ ref('int_conversation_creations') }} as creations using (org_id, conversation_id)
    where
        messages.is_contact_message
        and (creations.created_at is null or {{ is_later_event('creations', 'created_at', 'messages', 'created_at') }})
)

select
    org_id,
    conversation_id,
    author_id as contact_profile_id,
    created_at as first_inbound_at,
    sequence,
    event_id
from inbound
where message_number = 1
