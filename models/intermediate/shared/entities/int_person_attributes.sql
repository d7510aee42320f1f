with

attributes as (
    select
        attributes.*,
        coalesce(contacts.person_id, attributes.contact_profile_id) as person_id
    from {{ ref('int_contact_attributes') }} as attributes
    left join {{ ref('int_contacts') }} as contacts using (org_id, contact_profile_id)
    where
        attributes.attribute_value is not null
        and not coalesce(contacts.is_deleted, false)
),

-- Several profiles of a person can each have a value for one attribute name.
ranked as (
    select
        *,
        row_number() over (
            partition by org_id, person_id, attribute_name
            order by described_at desc, sequence desc nulls first, event_id desc
        ) as newest_first
    from attributes
)

select
    org_id,
    person_id,
    attribute_name,
    attribute_value
from ranked
where newest_first = 1
