-- A failure means that combined has two rows for a response without a post, has one that the response report lacks, or lacks its id.
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
