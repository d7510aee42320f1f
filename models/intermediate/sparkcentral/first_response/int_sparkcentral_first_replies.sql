with

steps as (
    select * from {{ ref('int_sparkcentral_response_timeline') }}
),

-- A human message is a reply if a contact's message comes before it, with no change to Resolved in between.
replies as (
    select
        org_id,
        conversation_id,
        min(step_number) as reply_number,
        min_by(resolved_before, step_number) as resolved_before,
        min_by(message_id, step_number) as reply_message_id,
        min(occurred_at) as replied_at
    from steps
    where step = 'human' and follows_inbound
    group by org_id, conversation_id
),

-- Only steps before the reply and after the last change to Resolved before it count.
waits as (
    select
        replies.org_id,
        replies.conversation_id,
        min(steps.step_number) filter (where steps.step = 'inbound') as first_inbound_number,
        min(steps.occurred_at) filter (where steps.step = 'inbound') as first_inbound_at,
        max(steps.step_number) filter (where steps.step <> 'inbound') as release_number,
        max(steps.occurred_at) filter (where steps.step <> 'inbound') as released_at
    from replies
    inner join steps using (org_id, conversation_id, resolved_before)
    where
        steps.step in ('inbound', 'handed_over', 'reassigned_to_human')
        and steps.step_number < replies.reply_number
    group by replies.org_id, replies.conversation_id
)

-- A hand-over or reassignment to a human agent restarts the wait.
select
    replies.org_id,
    replies.conversation_id,
    case
        when waits.release_number > waits.first_inbound_number then waits.released_at
        else waits.first_inbound_at
    end as waiting_from_at,
    replies.replied_at,
    replies.reply_message_id
from replies
inner join waits using (org_id, conversation_id)
