-- Where the project requires checks, a case stays open while one of its inbound messages is not checked, deleted or in the trash.
with

messages as (
    select * from {{ ref('int_message_creations') }}
    where direction = 'inbound' and author_type <> 'system'
),

flags as (
    select * from {{ ref('int_message_flags') }}
),

last_events as (
    select * from {{ ref('int_message_last_events') }}
)

select distinct
    messages.org_id,
    messages.conversation_id
from messages
left join flags using (org_id, message_id)
left join last_events using (org_id, message_id)
where
    {{ var('require_checked') }}
    and flags.checked_at is null
    and last_events.deleted_at is null
    and not coalesce(flags.is_trashed, false)
