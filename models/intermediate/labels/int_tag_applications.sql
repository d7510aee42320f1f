{{ config(materialized='table') }}

with

switches as (
    select
        *,
        lag(event_type) over tag_order as previous_event_type,
        first_value(case when event_type = 'removed' then occurred_at end ignore nulls) over (
            partition by org_id, message_id, tag_id
            order by occurred_at, sequence nulls last, event_id
            rows between 1 following and unbounded following
        ) as removed_at
    from {{ ref('int_tag_events') }}
    window tag_order as (
        partition by org_id, message_id, tag_id
        order by occurred_at, sequence nulls last, event_id
    )
)

select
    org_id,
    tag_id,
    message_id,
    conversation_id,
    event_id,
    occurred_at as applied_at,
    sequence,
    removed_at,
    actor_type,
    actor_id,
    team_id
from switches
where event_type = 'applied' and previous_event_type is distinct from 'applied'
