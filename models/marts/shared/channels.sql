select
    org_id,
    channel_id,
    medium,
    name as channel,
    display_name as channel_display_name,
    inbox_id,
    opening_timezone,
    opening_hours,
    holidays,
    is_deleted
from {{ ref('int_channels') }}
