with

service_levels as (
    select
        org_id,
        conversation_id,
        service_level_expires_at,
        row_number() over (
            partition by org_id, conversation_id
            order by occurred_at desc, sequence desc nulls first, event_id desc
        ) as newest_first
    from {{ ref('stg_conversation_events') }}
    where event_type = 'service_level_set'
),

-- Each arm has the current value of one setting, so at most one row per conversation.
in_force as (
    select
        org_id,
        conversation_id,
        priority,
        null::varchar as queue_id,
        null::varchar as assignee_id,
        null::timestamptz as snoozed_until,
        null::timestamptz as service_level_expires_at
    from {{ ref('conversation_priorities') }}
    where replaced_at is null
    union all
    select org_id, conversation_id, null, queue_id, null, null, null
    from {{ ref('conversation_queues') }}
    where replaced_at is null
    union all
    select org_id, conversation_id, null, null, assignee_id, null, null
    from {{ ref('conversation_assignees') }}
    where replaced_at is null
    union all
    select org_id, conversation_id, null, null, null, snoozed_until, null
    from {{ ref('conversation_snoozes') }}
    where replaced_at is null
    union all
    select org_id, conversation_id, null, null, null, null, service_level_expires_at
    from service_levels
    where newest_first = 1
)

select
    org_id,
    conversation_id,
    max(priority) as priority,
    max(queue_id) as queue_id,
    max(assignee_id) as assignee_id,
    max(snoozed_until) as snoozed_until,
    max(service_level_expires_at) as service_level_expires_at
from in_force
group by org_id, conversation_id
