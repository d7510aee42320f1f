-- A failure means that a second of a response is in no role, or in two: total = responding + approving + other, all of
-- them of human responses and of no others.
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
