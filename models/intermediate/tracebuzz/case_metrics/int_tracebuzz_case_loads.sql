-- Closed (13) or snoozed (37) by a known user who is no bot, except where the event says that a virtual agent did it.
with

actions as (
    select * from {{ ref('int_tracebuzz_actions') }}
    where activity_code in (13, 37) and user_id <> '-1'
),

bot_users as (
    select * from {{ ref('int_tracebuzz_bot_users') }}
),

virtual_agent_events as (
    select
        org_id,
        'conversation_events' as stream,
        event_id
    from {{ ref('stg_conversation_events') }}
    where event_type in ('status_changed', 'snoozed') and actor_type = 'virtual_agent'
)

select
    actions.org_id,
    actions.conversation_id
from actions
left join bot_users using (org_id, user_id)
left join virtual_agent_events using (org_id, stream, event_id)
where bot_users.user_id is null and virtual_agent_events.event_id is null
group by actions.org_id, actions.conversation_id
