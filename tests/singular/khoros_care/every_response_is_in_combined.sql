-- A failure means that combined, requested for all of time, lost a response, or prints a response's time more than once.
with

combined as (
    select
        org_id,
        response_id,
        count(response_tar) as times_printed,
        count(handle_time_total_response) as handle_times_printed
    from {{ ref('khoros_care__combined') }}
    where response_id is not null
    group by org_id, response_id
)

select
    org_id,
    response_id,
    combined.times_printed,
    combined.handle_times_printed
from {{ ref('khoros_care__response') }} as responses
full outer join combined using (org_id, response_id)
where
    responses.org_id is null
    or combined.org_id is null
    or combined.times_printed <> (responses.response_tar is not null)::integer
    or combined.handle_times_printed <> (responses.handle_time_total_response is not null)::integer
