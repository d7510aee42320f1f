select
    org_id,
    conversation_id,
    max(agent_response_time_s) filter (where pair_number = 1) as first_reply_s,
    coalesce(sum(agent_response_time_s) filter (where pair_number > 1), 0)::bigint as additional_replies_s
from {{ ref('int_tracebuzz_reply_pairs') }}
group by org_id, conversation_id
