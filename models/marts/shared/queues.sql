select
    org_id,
    queue_id,
    name as queue_name,
    is_deleted
from {{ ref('int_queues') }}
