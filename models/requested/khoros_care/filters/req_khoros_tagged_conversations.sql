with

-- A request without tags reads no tag applications.
filters as (
    select * from {{ ref('req_khoros_filters') }}
    where tag_ids is not null
)

select distinct
    applications.org_id,
    applications.conversation_id
from {{ ref('tag_applications') }} as applications
inner join filters
    on applications.org_id = filters.org_id and array_contains(filters.tag_ids, applications.tag_id)
where applications.removed_at is null and applications.conversation_id is not null
