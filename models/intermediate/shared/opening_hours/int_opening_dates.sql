{{ config(materialized='table') }}

with

-- The local dates from a day before the org's first event to a day after its last. Events before 1970 or after 2200 add no dates.
spans as (
    select
        windows.org_id,
        windows.channel_id,
        {{ local_date("greatest(orgs.earliest_event_at, timestamptz '1970-01-01 00:00:00+00')", 'windows.time_zone') }} - 1 as first_date,
        {{ local_date("least(orgs.latest_event_at, timestamptz '2200-01-01 00:00:00+00')", 'windows.time_zone') }} + 1 as last_date
    from (select distinct org_id, channel_id, time_zone from {{ ref('int_opening_windows') }}) as windows
    inner join {{ ref('int_orgs') }} as orgs using (org_id)
)

select
    org_id,
    channel_id,
    first_date + {{ each_number('0', 'last_date - first_date') }}::integer as local_date
from spans
