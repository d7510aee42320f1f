{{ config(materialized='table') }}

with

later_events as (
    select
        message_events.org_id,
        message_events.message_id,
        message_events.occurred_at,
        message_events.event_type = 'deleted' as is_deletion
    from {{ ref('stg_message_events') }} as message_events
    left join {{ ref('int_superseded_message_creations') }} as superseded using (org_id, event_id)
    where message_events.event_type <> 'created' or superseded.event_id is not null
    union all
    select
        org_id,
        message_id,
        occurred_at,
        false
    from {{ ref('stg_tag_events') }}
)

select
    org_id,
    message_id,
    max(occurred_at) as last_event_at,
    min(occurred_at) filter (where is_deletion) as deleted_at
from later_events
group by org_id, message_id
