select
    org_id,
    conversation_id,
    inbound_message_id,
    outbound_message_id,
    replying_agent_id,
    pair_number,
    agent_response_time_s,
    from_at,
    to_at
from {{ ref('int_tracebuzz_reply_pairs') }}
