-- A failure means that a file is neither loaded nor refused with a reason: files read = files loaded + files refused.
select
    path,
    status,
    reason
from {{ ref('landing_files') }}
where
    status not in ('loaded', 'refused')
    or status = 'loaded' and (reason is not null or row_count is null)
    or status = 'refused' and reason is null
