with

queue_changes as (
    select * from {{ ref('queue_changes') }}
),

conversations as (
    select
        org_id,
        conversation_id,
        channel_id
    from {{ ref('conversations') }}
)

select
    queue_changes.org_id,
    queue_changes.queue_change_id as id,
    queue_changes.conversation_id as case_id,
    case when {{ is_action_of_a_user('queue_changes.actor_type') }} then coalesce(queue_changes.actor_id, '-1') else '-1' end as user_id,
    queue_changes.previous_queue_id as old_value,
    queue_changes.queue_id as new_value,
    36::bigint as activity_id,
    {{ unix_second('queue_changes.changed_at') }} as time,
    queue_changes.reason_code as description
from queue_changes
inner join {{ ref('request') }} as request
    on queue_changes.changed_at >= request.window_start
    and queue_changes.changed_at < request.window_end
    and (request.org_id is null or queue_changes.org_id = request.org_id)
left join conversations
    on queue_changes.org_id = conversations.org_id and queue_changes.conversation_id = conversations.conversation_id
where request.channels is null or array_contains(request.channels, conversations.channel_id)
