-- A failure means that the metrics of a service contradict each other: opened cases are with or without a human reply and were offered, time
-- in the inbox is handle or available time, no min_ column is above its max_ column, and only agents in the inbox are counted as active.
with

services as (
    select
        org_id,
        row_date,
        interval_start,
        service_id,
        offered,
        opened,
        handled_and_closed,
        not_handled_and_closed,
        staffed_time_s,
        total_handle_time_s,
        available_time_s,
        min_staffed,
        max_staffed,
        min_available,
        max_available,
        min_active,
        max_active
    from {{ ref('tracebuzz__raw_service') }}
    union all
    select
        org_id,
        row_date,
        null,
        service_id,
        offered,
        opened,
        handled_and_closed,
        not_handled_and_closed,
        staffed_time_s,
        total_handle_time_s,
        available_time_s,
        min_staffed,
        max_staffed,
        min_available,
        max_available,
        min_active,
        max_active
    from {{ ref('tracebuzz__service') }}
)

select * from services
where
    opened is distinct from handled_and_closed + not_handled_and_closed
    or coalesce(opened > offered, true)
    or total_handle_time_s <= staffed_time_s and available_time_s + total_handle_time_s <> staffed_time_s
    or coalesce(available_time_s < 0, true)
    or coalesce(min_staffed > max_staffed, true)
    or coalesce(min_available > max_available or max_available > max_staffed, true)
    or coalesce(min_active > max_active or max_active > max_staffed, true)
