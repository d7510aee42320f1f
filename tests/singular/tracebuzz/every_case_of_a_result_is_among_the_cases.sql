-- A failure means that the cases of a window lack a case that its results name: a receiver could not join the files.
select
    results.org_id,
    results.result_id,
    results.case_id
from {{ ref('tracebuzz__results') }} as results
left join {{ ref('tracebuzz__cases') }} as cases
    on results.org_id = cases.org_id and results.case_id = cases.id
where cases.id is null
