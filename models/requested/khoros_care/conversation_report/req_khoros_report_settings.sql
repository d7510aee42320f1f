-- Each join condition compares both sides. A condition on one side alone would make DuckDB compare every row with every other row.
select
    moments.org_id,
    moments.conversation_id,
    priorities.priority,
    queues.queue_id,
    assignees.assignee_id,
    owners.owner_id,
    case when snoozes.snoozed_until > moments.moment_at then snoozes.snoozed_until end as snooze_expires_at
from {{ ref('req_khoros_report_scope') }} as moments
left join {{ ref('conversation_priorities') }} as priorities
    on moments.org_id = priorities.org_id
    and moments.conversation_id = priorities.conversation_id
    and priorities.set_at < moments.told_before
    and coalesce(priorities.replaced_at, {{ end_of_time() }}) >= moments.told_before
left join {{ ref('conversation_queues') }} as queues
    on moments.org_id = queues.org_id
    and moments.conversation_id = queues.conversation_id
    and queues.set_at < moments.told_before
    and coalesce(queues.replaced_at, {{ end_of_time() }}) >= moments.told_before
left join {{ ref('conversation_assignees') }} as assignees
    on moments.org_id = assignees.org_id
    and moments.conversation_id = assignees.conversation_id
    and assignees.set_at < moments.told_before
    and coalesce(assignees.replaced_at, {{ end_of_time() }}) >= moments.told_before
left join {{ ref('conversation_snoozes') }} as snoozes
    on moments.org_id = snoozes.org_id
    and moments.conversation_id = snoozes.conversation_id
    and snoozes.set_at < moments.told_before
    and coalesce(snoozes.replaced_at, {{ end_of_time() }}) >= moments.told_before
left join {{ ref('conversation_owners') }} as owners
    on moments.org_id = owners.org_id
    and moments.conversation_id = owners.conversation_id
    and owners.owned_at < moments.told_before
