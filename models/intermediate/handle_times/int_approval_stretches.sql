{{ config(materialized='table') }}

with

events as (
    select
        *,
        first_value(message_id ignore nulls) over whole as response_id,
        count(*) filter (where event_type = 'submitted') over before as submitted_before,
        first_value(case when event_type <> 'submitted' then occurred_at end ignore nulls) over after as decided_at,
        first_value(case when event_type <> 'submitted' then coalesce(approver_id, '') end ignore nulls) over after as decided_by
    from {{ ref('stg_approval_events') }}
    window
        whole as (
            partition by org_id, approval_id order by occurred_at, sequence nulls last, event_id
            rows between unbounded preceding and unbounded following
        ),
        before as (
            partition by org_id, approval_id order by occurred_at, sequence nulls last, event_id
            rows between unbounded preceding and 1 preceding
        ),
        after as (
            partition by org_id, approval_id order by occurred_at, sequence nulls last, event_id
            rows between 1 following and unbounded following
        )
),

decided as (
    select
        org_id,
        response_id as message_id,
        decided_by as approver_id,
        {{ unix_second('occurred_at') }} as from_second,
        {{ unix_second('decided_at') }} as to_second
    from events
    where event_type = 'submitted' and submitted_before = 0 and response_id is not null and decided_by <> ''
),

{# Who decides twice about one response at the same time is at it once. #}
marked as (
    select
        *,
        max(to_second) over (
            partition by org_id, message_id, approver_id order by from_second, to_second
            rows between unbounded preceding and 1 preceding
        ) as decided_until
    from decided
)

select
    org_id,
    message_id,
    approver_id,
    greatest(from_second, coalesce(decided_until, from_second)) as from_second,
    to_second
from marked
where decided_until is null or to_second > decided_until
