-- Two days on either side of the window cover every day that begins in it, and the beginning of a day that the window cuts.
with

spans as (
    select
        request.time_zone,
        {{ unix_second('greatest(request.window_start, min(orgs.earliest_event_at))') }} // 900 - 192 as first_number,
        {{ unix_second('least(request.window_end, max(orgs.latest_event_at))') }} // 900 + 192 as last_number
    from {{ ref('session_request') }} as request
    inner join {{ ref('orgs') }} as orgs on request.org_id is null or request.org_id = orgs.org_id
    group by request.time_zone, request.window_start, request.window_end
)

select
    time_zone,
    {{ each_number('first_number', 'last_number') }} as quarter_number
from spans
