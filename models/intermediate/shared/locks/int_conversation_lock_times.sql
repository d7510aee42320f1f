select
    org_id,
    conversation_id,
    coalesce(sum(duration_s) filter (where session_kind = 'handle'), 0)::bigint as handle_time_s,
    coalesce(sum(duration_s) filter (where session_kind = 'no_reply'), 0)::bigint as no_reply_time_s,
    coalesce(sum(duration_s) filter (where session_kind = 'cherry_picking'), 0)::bigint as cherry_picking_time_s
from {{ ref('int_lock_sessions') }}
where ended_at is not null
group by org_id, conversation_id
