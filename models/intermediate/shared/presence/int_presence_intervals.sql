with

events as (
    select
        org_id,
        user_id,
        event_id,
        occurred_at,
        sequence,
        presence,
        case when presence = 'away' then away_state end as away_state
    from {{ ref('stg_presence_events') }}
),

compared as (
    select
        *,
        lag(presence) over user_order as previous_presence,
        lag(away_state) over user_order as previous_away_state
    from events
    window user_order as (
        partition by org_id, user_id
        order by occurred_at, sequence nulls last, event_id
    )
),

changes as (
    select
        *,
        lead(occurred_at) over (
            partition by org_id, user_id
            order by occurred_at, sequence nulls last, event_id
        ) as to_at
    from compared
    where presence is distinct from previous_presence or away_state is distinct from previous_away_state
)

select
    org_id,
    event_id as presence_interval_id,
    user_id,
    presence,
    away_state,
    occurred_at as from_at,
    to_at
from changes
where to_at is null or to_at > occurred_at
