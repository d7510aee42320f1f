-- A failure means that the queue just after an action is wrong: only actions change a conversation's queue, so after the newest
-- action it must be the current one.
with

newest as (
    select
        org_id,
        conversation_id,
        work_queue_id,
        row_number() over (
            partition by org_id, conversation_id
            order by action_at desc, action_sequence desc nulls first, event_id desc, stream desc
        ) as newest_first
    from {{ ref('khoros_care__conversation_actions') }}
)

select
    newest.org_id,
    newest.conversation_id,
    newest.work_queue_id,
    conversations.queue_id
from newest
inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
where newest.newest_first = 1 and newest.work_queue_id is distinct from conversations.queue_id
