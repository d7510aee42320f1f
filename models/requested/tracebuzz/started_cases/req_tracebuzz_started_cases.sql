-- All metrics of a case count in the quarter hour in which it started.
select
    cases.*,
    pieces.row_date,
    pieces.interval_start,
    pieces.is_quarter_delivered,
    pieces.is_day_delivered
from {{ ref('tracebuzz_case_metrics') }} as cases
inner join {{ ref('req_tracebuzz_delivered_periods') }} as pieces
    on cases.started_s // 900 = pieces.quarter_number
    and cases.started_s >= pieces.from_s
    and cases.started_s < pieces.to_s
inner join {{ ref('request') }} as request on request.org_id is null or cases.org_id = request.org_id
