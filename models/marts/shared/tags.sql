select
    org_id,
    tag_id,
    name as tag_name,
    category_id,
    description,
    words,
    profiles,
    websites,
    profile_info,
    location_id,
    is_deleted
from {{ ref('int_tags') }}
