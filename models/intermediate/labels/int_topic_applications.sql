{{ config(materialized='table') }}

with

switches as (
    select
        *,
        lag(event_type) over topic_order as previous_event_type,
        first_value(case when event_type = 'removed' then occurred_at end ignore nulls) over (
            partition by org_id, conversation_id, topic_id
            order by occurred_at, sequence nulls last, event_id
            rows between 1 following and unbounded following
        ) as removed_at
    from {{ ref('stg_topic_events') }}
    window topic_order as (
        partition by org_id, conversation_id, topic_id
        order by occurred_at, sequence nulls last, event_id
    )
)

select
    org_id,
    topic_id,
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
