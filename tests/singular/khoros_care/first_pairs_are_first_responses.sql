-- A failure means that two families disagree about the first response or its time. Up to the first resolution
-- or proactive message, the reply that closes the first pair of Tracebuzz is the FIRST response here, and it took the same time
-- if both messages were published when they were received or sent. Virtual agents and hand-overs end no wait in either family.
with

disturbances as (
    select org_id, conversation_id, created_at as disturbed_at
    from {{ ref('messages') }}
    where outbound_type = 'proactive' and direction = 'outbound'
    union all
    select org_id, conversation_id, changed_at
    from {{ ref('status_changes') }}
    where status = 'resolved'
),

first_disturbances as (
    select
        org_id,
        conversation_id,
        min(disturbed_at) as disturbed_at
    from disturbances
    group by org_id, conversation_id
),

first_pairs as (
    select * from {{ ref('tracebuzz_reply_pairs') }}
    where pair_number = 1
),

care_firsts as (
    select
        responses.*,
        responses.published_at = responses.sent_at and waits.tar_start_at = waits.from_at as is_published_as_it_came
    from {{ ref('khoros_responses') }} as responses
    inner join {{ ref('khoros_waits') }} as waits
        on responses.org_id = waits.org_id and responses.message_id = waits.ended_by_message_id
    where responses.response_type = 'FIRST'
)

select
    org_id,
    conversation_id,
    first_pairs.outbound_message_id,
    first_pairs.agent_response_time_s,
    care_firsts.message_id,
    care_firsts.tar_s
from first_pairs
full outer join care_firsts using (org_id, conversation_id)
left join first_disturbances using (org_id, conversation_id)
where
    (first_disturbances.disturbed_at is null or first_disturbances.disturbed_at > coalesce(first_pairs.to_at, care_firsts.sent_at))
    and (
        first_pairs.outbound_message_id is distinct from care_firsts.message_id
        or care_firsts.is_published_as_it_came and first_pairs.agent_response_time_s is distinct from care_firsts.tar_s
    )
