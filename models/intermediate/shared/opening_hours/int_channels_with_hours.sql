-- A channel of which no row is here is always open.
select distinct
    org_id,
    channel_id
from {{ ref('int_opening_windows') }}
