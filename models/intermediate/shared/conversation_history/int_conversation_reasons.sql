{{ config(materialized='table') }}

with

in_force as (
    select
        *,
        row_number() over (
            partition by org_id, conversation_id
            order by applied_at desc, sequence desc nulls first, event_id desc
        ) as newest_first
    from {{ ref('int_topic_applications') }}
    where removed_at is null
)

select
    org_id,
    conversation_id,
    topic_id as reason_id,
    applied_at as reason_at
from in_force
where newest_first = 1
