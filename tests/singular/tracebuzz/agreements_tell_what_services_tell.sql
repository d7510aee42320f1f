-- A failure means that sla and service disagree about an inbox, or that sla lacks a row or has one too many: it has the inboxes with an
-- agreement or a level in which a case started.
with

agreements as (
    select
        org_id,
        row_date,
        interval_start,
        service_id,
        acceptable,
        first_response_time_s,
        service_level_pct,
        average_speed_of_answer_s
    from {{ ref('tracebuzz__raw_sla') }}
    union all
    select
        org_id,
        row_date,
        null,
        service_id,
        acceptable,
        first_response_time_s,
        service_level_pct,
        average_speed_of_answer_s
    from {{ ref('tracebuzz__sla') }}
),

told as (
    select
        org_id,
        row_date,
        interval_start,
        service_id,
        offered,
        acceptable,
        first_response_time_s,
        service_level_pct,
        average_speed_of_answer_s
    from {{ ref('tracebuzz__raw_service') }}
    union all
    select
        org_id,
        row_date,
        null,
        service_id,
        offered,
        acceptable,
        first_response_time_s,
        service_level_pct,
        average_speed_of_answer_s
    from {{ ref('tracebuzz__service') }}
),

services as (
    select
        told.org_id,
        told.row_date,
        told.interval_start,
        told.service_id,
        told.acceptable,
        told.first_response_time_s,
        told.service_level_pct,
        told.average_speed_of_answer_s
    from told
    inner join {{ ref('inboxes') }} as inboxes on told.org_id = inboxes.org_id and told.service_id = inboxes.inbox_id
    where
        told.offered > 0
        and (inboxes.sla_id is not null or inboxes.first_reply_service_level_s is not null or inboxes.service_level_s is not null)
),

only_agreements as (
    select * from agreements
    except
    select * from services
),

only_services as (
    select * from services
    except
    select * from agreements
)

select
    'sla' as told_by,
    *
from only_agreements
union all
select
    'service' as told_by,
    *
from only_services
