select
    org_id,
    conversation_id,
    count(*) filter (where direction = 'inbound') as inbound_messages,
    count(*) filter (where direction = 'outbound') as outbound_messages,
    min(created_at) filter (where direction = 'inbound') as first_inbound_at,
    max(created_at) filter (where direction = 'inbound') as last_inbound_at
from {{ ref('int_message_creations') }}
group by org_id, conversation_id
