with

steps as (
    select * from {{ ref('int_conversation_steps') }}
),

first_inbounds as (
    select
        org_id,
        conversation_id,
        occurred_at as first_inbound_at
    from steps
    where direction = 'inbound' and inbound_before = 0
),

replies as (
    select
        org_id,
        conversation_id,
        min(step_number) as reply_number,
        min_by(message_id, step_number) as reply_message_id,
        min(occurred_at) as replied_at
    from steps
    where step = 'human' and inbound_before > 0
    group by org_id, conversation_id
),

{# The wait for a person begins anew when a virtual agent hands over. #}
releases as (
    select
        replies.org_id,
        replies.conversation_id,
        max(steps.occurred_at) as released_at
    from replies
    inner join steps using (org_id, conversation_id)
    where
        steps.step in ('handed_over', 'reassigned_to_human')
        and steps.inbound_before > 0
        and steps.step_number < replies.reply_number
    group by replies.org_id, replies.conversation_id
)

select
    replies.org_id,
    replies.conversation_id,
    coalesce(releases.released_at, first_inbounds.first_inbound_at) as waiting_from_at,
    replies.replied_at,
    replies.reply_message_id
from replies
inner join first_inbounds using (org_id, conversation_id)
left join releases using (org_id, conversation_id)
