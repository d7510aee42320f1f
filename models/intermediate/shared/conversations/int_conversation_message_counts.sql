select
    org_id,
    conversation_id,
    count(*) filter (where is_contact_message) as inbound_messages,
    count(*) filter (where direction = 'outbound') as outbound_messages,
    min(created_at) filter (where is_contact_message) as first_inbound_at,
    max(created_at) filter (where is_contact_message) as last_inbound_at
from {{ ref('int_message_creations') }}
group by org_id, conversation_id
