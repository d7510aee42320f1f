{{ config(materialized='table') }}

with

-- 'aside' is a message without effect: inbound but not by a contact, or outbound but by neither an agent nor a virtual agent.
message_steps as (
    select
        org_id,
        conversation_id,
        'message_events' as stream,
        event_id,
        created_at as occurred_at,
        sequence,
        direction = 'outbound' as is_outbound,
        case
            when is_contact_message then 'inbound'
            when direction = 'inbound' then 'aside'
            when author_type = 'agent' then 'human'
            when author_type = 'virtual_agent' then 'virtual_agent'
            else 'aside'
        end as step,
        message_id,
        null as handover_reason
    from {{ ref('int_message_creations') }}
),

conversation_steps as (
    select
        org_id,
        conversation_id,
        'conversation_events' as stream,
        event_id,
        occurred_at,
        sequence,
        false as is_outbound,
        event_type as step,
        null as message_id,
        handover_reason
    from {{ ref('stg_conversation_events') }}
    where event_type in ('handed_over', 'reassigned_to_human')
    union all
    select org_id, conversation_id, 'conversation_events', event_id, changed_at, sequence, false, 'resolved', null, null
    from {{ ref('int_status_changes') }}
    where status = 'resolved'
),

steps as (
    select * from message_steps
    union all
    select * from conversation_steps
)

select
    org_id,
    conversation_id,
    event_id,
    occurred_at,
    step,
    message_id,
    handover_reason,
    row_number() over so_far as step_number,
    count(*) filter (where step = 'inbound') over before as inbound_before,
    count(*) filter (where is_outbound) over before as outbound_before,
    count(*) filter (where step = 'resolved') over before as resolved_before,
    coalesce(
        last_value(case when step in ('inbound', 'resolved') then step end ignore nulls) over before = 'inbound', false
    ) as follows_inbound,
    last_value(case when step <> 'aside' then step end ignore nulls) over before as previous_step,
    last_value(case when step = 'inbound' then message_id end ignore nulls) over before as previous_inbound_message_id,
    first_value(case when step in ('human', 'resolved', 'handed_over', 'reassigned_to_human') then step end ignore nulls) over after as next_step,
    first_value(case when step = 'human' then message_id end ignore nulls) over after as next_reply_message_id
from steps
window
    so_far as (partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id, stream),
    before as (
        partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id, stream
        rows between unbounded preceding and 1 preceding
    ),
    after as (
        partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id, stream
        rows between 1 following and unbounded following
    )
