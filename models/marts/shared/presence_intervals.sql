select
    org_id,
    presence_interval_id,
    user_id,
    presence,
    away_state,
    from_at,
    to_at
from {{ ref('int_presence_intervals') }}
