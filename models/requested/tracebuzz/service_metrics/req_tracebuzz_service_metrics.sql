select
    sums.*,
    inboxes.inbox_name,
    inboxes.sla_id,
    sums.offered > 0
    and coalesce(inboxes.sla_id is not null or inboxes.first_reply_service_level_s is not null or inboxes.service_level_s is not null, false)
        as is_sla_row,
    {{ whole_quotient('sums.lock_session_time_s', 'sums.cases_with_session') }} as average_handle_time_s,
    {{ whole_quotient('100 * sums.acceptable', 'sums.responses_with_service_level') }} as service_level_pct,
    {{ whole_quotient('100 * sums.total_handle_time_s', 'sums.total_handle_time_s + sums.available_time_s') }} as occupancy_pct,
    {{ whole_quotient('100 * (sums.total_handle_time_s + sums.available_time_s)', 'sums.staffed_time_s') }} as utilisation_pct,
    {{ whole_quotient('sums.first_response_time_s', 'sums.first_responses') }} as average_speed_of_answer_s
from {{ ref('req_tracebuzz_service_totals') }} as sums
left join {{ ref('inboxes') }} as inboxes using (org_id, inbox_id)
