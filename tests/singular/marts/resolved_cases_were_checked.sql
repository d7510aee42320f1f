-- A warning means that no case of an org can be closed: the project requires quality checks, and the source has no event of one.
{{ config(severity='warn') }}

with

checks as (
    select distinct org_id
    from {{ ref('stg_message_events') }}
    where event_type = 'checked'
)

select
    conversations.org_id,
    count(*) as resolved_cases
from {{ ref('conversations') }} as conversations
left join checks on conversations.org_id = checks.org_id
where {{ var('require_checked') }} and conversations.status = 'resolved' and checks.org_id is null
group by conversations.org_id
