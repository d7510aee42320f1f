select
    org_id,
    topic_id,
    name as topic_name,
    is_deleted
from {{ ref('int_topics') }}
