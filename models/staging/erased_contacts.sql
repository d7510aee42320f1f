-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'contacts') }}
with

contact_rows as (
    {{ counted_once('contacts') }}
),

erasures as (
    select
        org_id,
        contact_profile_id,
        occurred_at as erased_at,
        sequence as erased_sequence,
        event_id as erased_event_id,
        row_number() over (
            partition by org_id, contact_profile_id
            order by occurred_at desc, sequence desc nulls first, event_id desc
        ) as newest_first
    from contact_rows
    where event_type = 'deleted' and erase
)

select
    org_id,
    contact_profile_id,
    erased_at,
    erased_sequence,
    erased_event_id
from erasures
where newest_first = 1
