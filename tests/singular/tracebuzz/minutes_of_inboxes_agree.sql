-- A failure means that the metrics of an inbox's minutes contradict each other, or that no agent is counted in the inbox in a quarter hour
-- in which an agent has time in it.
with

minutes as (
    select
        *,
        coalesce(inbox_id, '') as service_id
    from {{ ref('req_tracebuzz_inbox_minutes') }}
),

staffed as (
    select distinct
        org_id,
        coalesce(inbox_id, '') as service_id,
        row_date,
        interval_start
    from {{ ref('req_tracebuzz_agent_inbox_times') }}
    where staffed_time_s > 0
)

select
    org_id,
    service_id,
    row_date,
    interval_start,
    minutes.min_staffed,
    minutes.max_staffed,
    minutes.min_available,
    minutes.max_available,
    minutes.min_active,
    minutes.max_active
from staffed
full outer join minutes using (org_id, service_id, row_date, interval_start)
where
    staffed.row_date is null
    or coalesce(minutes.max_staffed < 1, true)
    or coalesce(minutes.min_staffed > minutes.max_staffed, true)
    or coalesce(minutes.min_available > minutes.max_available or minutes.max_available > minutes.max_staffed, true)
    or coalesce(minutes.min_active > minutes.max_active or minutes.max_active > minutes.max_staffed, true)
    or coalesce(minutes.min_available + minutes.max_active < minutes.min_staffed, true)
    or coalesce(least(minutes.min_staffed, minutes.min_available, minutes.min_active) < 0, true)
