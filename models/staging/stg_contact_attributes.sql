-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'contact_attributes') }}
with

attribute_rows as (
    {{ counted_once('contact_attributes') }}
),

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

marked as (
    select
        attribute_rows.*,
        {{ is_before_erasure('attribute_rows', 'contact_attributes') }} as is_erased
    from attribute_rows
    left join erased_contacts using (org_id, contact_profile_id)
)

select
    event_id,
    event_type,
    org_id,
    occurred_at,
    sequence,
    ingested_at,
    contact_profile_id,
    attribute_id,
    case when not is_erased then name end as name,
    case when not is_erased then value end as value,
    case when not is_erased then type end as type,
    case when not is_erased then source end as source,
    is_erased,
    unreadable,
    deliveries,
    copies_differ
from marked
