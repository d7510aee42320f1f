select
    org_id,
    person_id,
    attribute_name,
    attribute_value
from {{ ref('int_person_attributes') }}
