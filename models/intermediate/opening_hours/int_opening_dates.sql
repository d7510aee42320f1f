{{ config(materialized='table') }}

with

{# Each channel with opening hours, with the local dates that its waits touch and one more at either end. #}
spans as (
    select
        windows.org_id,
        windows.channel_id,
        min(windows.time_zone) as time_zone,
        min(waits.waiting_from_at) as first_at,
        max(waits.replied_at) as last_at
    from (select distinct org_id, channel_id, time_zone from {{ ref('int_opening_windows') }}) as windows
    inner join {{ ref('int_first_waits') }} as waits using (org_id, channel_id)
    group by windows.org_id, windows.channel_id
)

select
    org_id,
    channel_id,
    {{ local_date('first_at', 'time_zone') }} - 1
    + {{ each_number('0', local_date('last_at', 'time_zone') ~ ' - ' ~ local_date('first_at', 'time_zone') ~ ' + 2') }}::integer as local_date
from spans
