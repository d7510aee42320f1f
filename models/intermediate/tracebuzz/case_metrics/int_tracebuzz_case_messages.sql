with

creations as (
    select * from {{ ref('int_message_creations') }}
),

bot_users as (
    select * from {{ ref('int_tracebuzz_bot_users') }}
)

select
    creations.org_id,
    creations.conversation_id,
    creations.message_id,
    creations.event_id,
    creations.created_at,
    creations.sequence,
    case when creations.direction = 'outbound' then creations.author_id end as user_id,
    case
        when creations.author_type = 'system' then 'system'
        when creations.is_contact_message then 'contact'
        when creations.direction = 'inbound' then 'other_inbound'
        when creations.author_type = 'agent' then 'human_reply'
        when creations.author_type = 'virtual_agent' or bot_users.user_id is not null then 'bot_reply'
        else 'other_outbound'
    end as message_role
from creations
left join bot_users on creations.org_id = bot_users.org_id and creations.author_id = bot_users.user_id
