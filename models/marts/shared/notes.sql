with

notes as (
    select * from {{ ref('int_notes') }}
),

latest_messages as (
    select * from {{ ref('int_tracebuzz_latest_messages') }}
)

select
    notes.org_id,
    notes.note_id,
    notes.conversation_id,
    coalesce(notes.message_id, latest_messages.message_id) as message_id,
    notes.author_id,
    notes.note,
    notes.created_at,
    notes.deleted_at
from notes
left join latest_messages
    on notes.org_id = latest_messages.org_id
    and notes.conversation_id = latest_messages.conversation_id
    and notes.created_at = latest_messages.acted_at
