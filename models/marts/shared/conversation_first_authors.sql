select
    org_id,
    conversation_id,
    contact_profile_id,
    first_inbound_at,
    sequence,
    event_id
from {{ ref('int_conversation_first_authors') }}
