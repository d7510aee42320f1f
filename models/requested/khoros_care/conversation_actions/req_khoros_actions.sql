select actions.*
from {{ ref('khoros_actions') }} as actions
inner join {{ ref('request') }} as request
    on actions.occurred_at >= request.window_start
    and actions.occurred_at < request.window_end
    and (request.org_id is null or actions.org_id = request.org_id)
