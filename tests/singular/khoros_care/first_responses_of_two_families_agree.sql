-- A failure means that two families disagree about the first response or its time. Up to the first virtual agent,
-- automatic or proactive message, hand-over or closing, the response that Sparkcentral counts from the first message
-- of a contact is the FIRST response here, and it took the same time if both messages were published when they were received or sent.
with

disturbances as (
    select org_id, conversation_id, created_at as disturbed_at
    from {{ ref('messages') }}
    where not (direction = 'inbound' or author_type = 'agent' and outbound_type is distinct from 'proactive')
    union all
    select org_id, conversation_id, occurred_at
    from {{ ref('stg_conversation_events') }}
    where event_type in ('handed_over', 'reassigned_to_human')
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

firsts as (
    select * from {{ ref('sparkcentral_responses') }}
    where started_by = 'NEW_CONVERSATION'
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
    firsts.outbound_message_id,
    firsts.agent_response_time_s,
    care_firsts.message_id,
    care_firsts.tar_s
from firsts
full outer join care_firsts using (org_id, conversation_id)
left join first_disturbances using (org_id, conversation_id)
where
    (first_disturbances.disturbed_at is null or first_disturbances.disturbed_at > coalesce(firsts.to_at, care_firsts.sent_at))
    and (
        firsts.outbound_message_id is distinct from care_firsts.message_id
        or care_firsts.is_published_as_it_came and firsts.agent_response_time_s is distinct from care_firsts.tar_s
    )
