-- A failure means that two schedules of one export, org and destination write the same file names: each would replace the other's files.
select
    schedules.export_name,
    schedules.org_id,
    schedules.destination,
    min(schedules.schedule) as first_schedule,
    max(schedules.schedule) as last_schedule
from {{ ref('schedules') }} as schedules
inner join {{ ref('exports') }} as exports on schedules.export_name = exports.family || '.' || exports.export
where exports.file_name_pattern not like '%{uuid}%' and exports.file_name_pattern not like '%{run_id}%'
group by schedules.export_name, schedules.org_id, schedules.destination
having count(*) > 1
