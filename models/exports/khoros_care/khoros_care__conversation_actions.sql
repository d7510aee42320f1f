with

-- old_value and new_value are text, so an instant is printed here in the format and offset of the request.
actions as (
    select
        matching.*,
        coalesce(request.timezone_offset // 60000, {{ offset_minutes('matching.old_instant', 'request.time_zone') }}) as old_offset,
        coalesce(request.timezone_offset // 60000, {{ offset_minutes('matching.new_instant', 'request.time_zone') }}) as new_offset
    from {{ ref('req_khoros_matching_actions') }} as matching
    cross join {{ ref('request') }} as request
)

select
    actions.org_id,
    actions.stream || '/' || actions.event_id as action_id,
    actions.conversation_id,
    actions.action_type,
    actions.actor_type,
    actions.agent_id,
    users.user_name as agent_name,
    users.user_email_address as agent_email,
    actions.occurred_at as action_at,
    coalesce(actions.old_value, old_words.word, {{ printed_instant('actions.old_instant', 'actions.old_offset') }}) as old_value,
    coalesce(actions.new_value, new_words.word, {{ printed_instant('actions.new_instant', 'actions.new_offset') }}) as new_value,
    actions.priority,
    actions.queue_id as work_queue_id,
    queues.queue_name as work_queue_name,
    actions.note,
    actions.sequence as action_sequence,
    actions.event_id,
    actions.stream
from actions
left join {{ ref('users') }} as users
    on actions.org_id = users.org_id and actions.agent_id = users.user_id
left join {{ ref('queues') }} as queues
    on actions.org_id = queues.org_id and actions.queue_id = queues.queue_id
left join {{ ref('req_khoros_words') }} as old_words on actions.old_code = old_words.code
left join {{ ref('req_khoros_words') }} as new_words on actions.new_code = new_words.code
