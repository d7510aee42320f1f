with

decided as (
    select
        org_id,
        message_id,
        approver_id,
        approval_id,
        {{ unix_second('submitted_at') }} as from_second,
        {{ unix_second('decided_at') }} as to_second
    from {{ ref('int_approvals') }}
    where message_id is not null and approver_id is not null and submitted_at is not null
),

-- Two decisions of one approver about one response may overlap in time; overlapping seconds count once.
marked as (
    select
        *,
        max(to_second) over (
            partition by org_id, message_id, approver_id order by from_second, to_second, approval_id
            rows between unbounded preceding and 1 preceding
        ) as decided_until
    from decided
    where from_second < to_second
)

select
    org_id,
    message_id,
    approver_id,
    greatest(from_second, coalesce(decided_until, from_second)) as from_second,
    to_second
from marked
where decided_until is null or to_second > decided_until
