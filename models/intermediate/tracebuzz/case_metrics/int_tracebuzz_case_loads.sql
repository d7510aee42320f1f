{# Closed (13) or snoozed (37) by somebody known who is neither a bot user nor acted as a virtual agent. #}
with

activities as (
    select * from {{ ref('tracebuzz_activities') }}
    where activity_code in (13, 37) and user_id <> '-1'
),

bot_users as (
    select * from {{ ref('int_tracebuzz_bot_users') }}
),

acts_of_virtual_agents as (
    select
        org_id,
        concat('conversation_events:', event_id, case event_type when 'snoozed' then ':37' else ':13' end) as activity_id
    from {{ ref('stg_conversation_events') }}
    where event_type in ('status_changed', 'snoozed') and actor_type = 'virtual_agent'
)

select
    activities.org_id,
    activities.conversation_id
from activities
left join bot_users using (org_id, user_id)
left join acts_of_virtual_agents using (org_id, activity_id)
where bot_users.user_id is null and acts_of_virtual_agents.activity_id is null
group by activities.org_id, activities.conversation_id
