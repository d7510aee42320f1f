{{ config(materialized='table') }}

with

requests as (
    select
        org_id,
        conversation_id,
        help_request_id,
        min(occurred_at) filter (where event_type = 'requested') as requested_at,
        min(occurred_at) filter (where event_type <> 'requested') as ended_at
    from {{ ref('stg_help_events') }}
    group by org_id, conversation_id, help_request_id
),

{# One still open has no end; the end of time stands for it. #}
open_requests as (
    select
        org_id,
        conversation_id,
        help_request_id,
        {{ unix_second('requested_at') }} as from_second,
        coalesce({{ unix_second('ended_at') }}, {{ no_sequence() }}) as to_second
    from requests
    where requested_at is not null
),

{# Requests may overlap: what is open twice counts once. #}
marked as (
    select
        *,
        max(to_second) over (
            partition by org_id, conversation_id order by from_second, to_second, help_request_id
            rows between unbounded preceding and 1 preceding
        ) as open_until
    from open_requests
    where from_second < to_second
)

select
    org_id,
    conversation_id,
    greatest(from_second, coalesce(open_until, from_second)) as from_second,
    to_second
from marked
where open_until is null or to_second > open_until
