-- A lock starts a session unless its agent already holds the conversation, which lasts for 24 hours at most.
with recursive

claims as (
    select * from {{ ref('int_lock_claims') }}
),

abandoned_runs as (
    select
        org_id,
        conversation_id,
        user_id,
        run_number
    from claims
    where not is_repeated and (ended_at is null or {{ microseconds_between('locked_at', 'ended_at') }} > {{ one_day() }})
),

next_free_claims as (
    select
        held.event_number,
        held.org_id,
        held.conversation_id,
        held.user_id,
        held.is_repeated,
        min(later.event_number) as next_free_number
    from claims as held
    inner join abandoned_runs using (org_id, conversation_id, user_id, run_number)
    inner join claims as later using (org_id, conversation_id, user_id, run_number)
    where {{ microseconds_between('held.locked_at', 'later.locked_at') }} > {{ one_day() }}
    group by held.event_number, held.org_id, held.conversation_id, held.user_id, held.is_repeated
),

restarts as (
    select
        org_id,
        conversation_id,
        user_id,
        next_free_number as event_number
    from next_free_claims
    where not is_repeated
    union all
    select
        restarts.org_id,
        restarts.conversation_id,
        restarts.user_id,
        next_free_claims.next_free_number
    from restarts
    inner join next_free_claims using (org_id, conversation_id, user_id, event_number)
)

select claims.*
from claims
left join restarts using (org_id, conversation_id, user_id, event_number)
where not claims.is_repeated or restarts.event_number is not null
