with

-- A request that is still open gets the end of time as its end.
requests as (
    select
        org_id,
        conversation_id,
        help_request_id,
        {{ unix_second('requested_at') }} as from_second,
        coalesce(
            {{ unix_second('least(coalesce(answered_at, closed_at), coalesce(closed_at, answered_at))') }},
            {{ no_sequence() }}
        ) as to_second
    from {{ ref('int_help_requests') }}
    where requested_at is not null
),

-- Requests may overlap; time in which two are open counts once.
marked as (
    select
        *,
        max(to_second) over (
            partition by org_id, conversation_id order by from_second, to_second, help_request_id
            rows between unbounded preceding and 1 preceding
        ) as open_until
    from requests
    where from_second < to_second
)

select
    org_id,
    conversation_id,
    greatest(from_second, coalesce(open_until, from_second)) as from_second,
    to_second
from marked
where open_until is null or to_second > open_until
