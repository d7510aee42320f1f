-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'contacts') }}
with

contact_rows as (
    {{ counted_once('contacts') }}
),

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

marked as (
    select
        contact_rows.*,
        {{ is_before_erasure('contact_rows', 'contacts') }} as is_erased
    from contact_rows
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
    person_id,
    medium,
    case when not is_erased then primary_identifier end as primary_identifier,
    case when not is_erased then secondary_identifier end as secondary_identifier,
    case when not is_erased then display_name end as display_name,
    case when not is_erased then profile_image_url end as profile_image_url,
    erase,
    is_erased,
    unreadable,
    deliveries,
    copies_differ
from marked
