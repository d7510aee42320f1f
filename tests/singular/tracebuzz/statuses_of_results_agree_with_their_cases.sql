-- A failure means that a result is closed and its case is not, or the other way round; a result in the trash has the status trash.
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
