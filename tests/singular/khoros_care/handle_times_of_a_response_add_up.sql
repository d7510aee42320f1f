-- A failure means that a second of a response has no role, or two: total = responding + approving + other, for human
-- responses only.
select
    org_id,
    response_id,
    handle_time_responding_agent,
    handle_time_approving_agent,
    handle_time_other_agent,
    handle_time_total_response
from {{ ref('khoros_care__response') }}
where
    handle_time_total_response is distinct from handle_time_responding_agent + handle_time_approving_agent + handle_time_other_agent
    or (handle_time_total_response is null) <> (response_type is null)
