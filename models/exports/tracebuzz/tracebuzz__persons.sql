select
    attributes.org_id,
    md5(attributes.person_id || chr(31) || attributes.attribute_name) as id,
    attributes.person_id,
    attributes.attribute_name as key,
    attributes.attribute_value as value
from {{ ref('person_attributes') }} as attributes
inner join {{ ref('request') }} as request
    on request.org_id is null or attributes.org_id = request.org_id
