-- A failure means that the report of expert help lost a help request or has one that does not exist.
with

requested as (
    select distinct
        org_id,
        help_request_id
    from {{ ref('stg_help_events') }}
),

reported as (
    select
        org_id,
        help_request_id
    from {{ ref('khoros_care__raw_expert_help') }}
)

select
    org_id,
    help_request_id,
    reported.help_request_id is not null as is_reported
from requested
full outer join reported using (org_id, help_request_id)
where requested.help_request_id is null or reported.help_request_id is null
