-- A channel without a row here is always open.
select distinct
    org_id,
    channel_id
from {{ ref('int_opening_windows') }}
