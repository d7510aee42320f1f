select
    org_id,
    row_date,
    interval_start,
    inbox_id as service_id,
    inbox_name as service_name,
    sla_id,
    acceptable,
    first_response_time_s,
    service_level_pct,
    average_speed_of_answer_s
from {{ ref('req_tracebuzz_service_metrics') }}
where grain = 'quarter_hour' and is_sla_row
