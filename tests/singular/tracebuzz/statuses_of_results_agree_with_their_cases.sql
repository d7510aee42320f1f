-- A failure means that a result says closed while its case says otherwise, or the other way round; in the trash it says trash.
select
    results.org_id,
    results.result_id,
    results.status,
    cases.closed
from {{ ref('tracebuzz__results') }} as results
inner join {{ ref('tracebuzz__cases') }} as cases
    on results.org_id = cases.org_id and results.case_id = cases.id
where
    results.status is null
    or results.status <> 5 and (results.status = 2) is distinct from (cases.closed is not null)
