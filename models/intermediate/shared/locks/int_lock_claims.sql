{{ config(materialized='table') }}

with

timeline as (
    select
        *,
        row_number() over so_far as event_number,
        count(*) filter (where event_type not in ('locked', 'replied')) over so_far as run_number,
        last_value(case when event_type <> 'replied' then event_type end ignore nulls) over before as previous_event_type,
        first_value(case when event_type <> 'locked' then event_type end ignore nulls) over after as next_event_type,
        first_value(case when event_type not in ('locked', 'replied') then occurred_at end ignore nulls) over after as ended_at,
        first_value(case when event_type not in ('locked', 'replied') then is_own_resolution end ignore nulls) over after as is_own_resolution_next
    from {{ ref('int_lock_timeline') }}
    window
        so_far as (
            partition by org_id, conversation_id, user_id order by occurred_at, sequence nulls last, event_id, stream
            rows between unbounded preceding and current row
        ),
        before as (
            partition by org_id, conversation_id, user_id order by occurred_at, sequence nulls last, event_id, stream
            rows between unbounded preceding and 1 preceding
        ),
        after as (
            partition by org_id, conversation_id, user_id order by occurred_at, sequence nulls last, event_id, stream
            rows between 1 following and unbounded following
        )
)

select
    org_id,
    conversation_id,
    user_id,
    team_id,
    event_id,
    occurred_at as locked_at,
    event_number,
    run_number,
    coalesce(previous_event_type = 'locked', false) as is_repeated,
    coalesce(next_event_type = 'replied', false) as has_reply,
    ended_at,
    is_own_resolution_next as is_own_resolution
from timeline
where event_type = 'locked'
