with

given as (
    select org_id, conversation_id, occurred_at as set_at, sequence, event_id, snoozed_until
    from {{ ref('stg_conversation_events') }}
    where event_type = 'snoozed'
)

select
    org_id,
    conversation_id,
    event_id,
    sequence,
    snoozed_until,
    lag(snoozed_until) over conversation_order as previous_snoozed_until,
    set_at,
    lead(set_at) over conversation_order as replaced_at
from given
window conversation_order as (
    partition by org_id, conversation_id
    order by set_at, sequence nulls last, event_id
)
