with

-- Attributes from before the erasure of a contact are dropped; later ones stay.
attribute_rows as (
    select * from {{ ref('stg_contact_attributes') }}
    where not is_erased
),

newest as (
    {{ newest_entities('attribute_rows', ['contact_profile_id', 'attribute_id'], [
        'name',
        'value',
        'type',
        'source',
        'occurred_at',
        'sequence',
        'event_id',
    ]) }}
)

select
    org_id,
    contact_profile_id,
    attribute_id,
    name as attribute_name,
    value as attribute_value,
    type as attribute_type,
    source as attribute_source,
    occurred_at as described_at,
    sequence,
    event_id
from newest
where not is_deleted
