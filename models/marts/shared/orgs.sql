select
    org_id,
    earliest_event_at,
    latest_event_at
from {{ ref('int_orgs') }}
