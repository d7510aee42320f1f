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
    switches.org_id,
    switches.tag_id,
    switches.message_id,
    switches.conversation_id,
    switches.event_id,
    switches.occurred_at as applied_at,
    switches.sequence,
    switches.removed_at,
    switches.actor_type,
    switches.actor_id,
    {{ acting_team('switches.team_id') }} as team_id
from switches
{{ join_own_team('switches.org_id', 'switches.actor_id', 'switches.actor_type') }}
where switches.event_type = 'applied' and switches.previous_event_type is distinct from 'applied'
