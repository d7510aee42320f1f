select
    org_id,
    channel_id,
    day_number,
    opens_second,
    closes_second
from {{ ref('int_opening_day_periods') }}
