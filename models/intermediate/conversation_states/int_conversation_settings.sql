{{ config(materialized='table') }}

with

settings as (
    select
        org_id,
        conversation_id,
        event_type,
        assignee_id,
        queue_id,
        service_level_expires_at,
        row_number() over (
            partition by org_id, conversation_id, event_type
            order by occurred_at desc, sequence desc nulls first, event_id desc
        ) as newest_first
    from {{ ref('stg_conversation_events') }}
    where event_type in ('assigned', 'queue_changed', 'service_level_set')
)

select
    org_id,
    conversation_id,
    max(assignee_id) as assignee_id,
    max(queue_id) as queue_id,
    max(service_level_expires_at) as service_level_expires_at
from settings
where newest_first = 1
group by org_id, conversation_id
