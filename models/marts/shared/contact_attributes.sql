select
    org_id,
    contact_profile_id,
    attribute_id,
    attribute_name,
    attribute_value,
    attribute_type,
    attribute_source
from {{ ref('int_contact_attributes') }}
