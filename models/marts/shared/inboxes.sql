select
    org_id,
    inbox_id,
    name as inbox_name,
    first_reply_service_level_s,
    service_level_s,
    sla_id,
    is_deleted
from {{ ref('int_inboxes') }}
