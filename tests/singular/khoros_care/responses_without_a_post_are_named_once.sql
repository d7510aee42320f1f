-- A failure means that combined tells a response alone twice, or one that is none of the window's, or does not say which.
select
    combined.org_id,
    combined.response_id,
    count(*) as rows_found,
    count(responses.response_id) as responses_found
from {{ ref('khoros_care__combined') }} as combined
left join {{ ref('khoros_care__response') }} as responses using (org_id, response_id)
where combined.post_id is null
group by combined.org_id, combined.response_id
having count(*) <> 1 or count(responses.response_id) <> 1
