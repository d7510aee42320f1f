{# Closed (13) or snoozed (37) by somebody known who is neither a bot user nor acted as a virtual agent. #}
with

activities as (
    select * from {{ ref('activities') }}
    where activity_code in (13, 37) and user_id <> '-1'
),

bot_users as (
    select * from {{ ref('int_bot_users') }}
),

acts_of_virtual_agents as (
    select
        org_id,
        concat('conversation_events:', event_id) as event_name
    from {{ ref('stg_conversation_events') }}
    where event_type in ('status_changed', 'snoozed') and actor_type = 'virtual_agent'
)

select
    activities.org_id,
    activities.conversation_id
from activities
left join bot_users using (org_id, user_id)
left join acts_of_virtual_agents
    on activities.org_id = acts_of_virtual_agents.org_id
    and activities.activity_id = concat(acts_of_virtual_agents.event_name, ':', activities.activity_code)
where bot_users.user_id is null and acts_of_virtual_agents.event_name is null
group by activities.org_id, activities.conversation_id
