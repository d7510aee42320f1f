select
    org_id,
    channel_id
from {{ ref('int_channels_with_hours') }}
