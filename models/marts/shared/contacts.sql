select
    org_id,
    contact_profile_id,
    person_id,
    medium,
    primary_identifier,
    secondary_identifier,
    display_name,
    profile_image_url,
    is_deleted
from {{ ref('int_contacts') }}
