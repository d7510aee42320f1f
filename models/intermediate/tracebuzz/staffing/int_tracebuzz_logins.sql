with

events as (
    select
        *,
        lead(occurred_at) over (
            partition by org_id, user_id
            order by occurred_at, sequence nulls last, event_id
        ) as next_occurred_at
    from {{ ref('stg_presence_events') }}
)

select
    events.org_id,
    events.event_id as login_id,
    events.user_id,
    {{ unix_second('events.occurred_at') }} as from_s,
    least(
        {{ unix_second('coalesce(events.next_occurred_at, orgs.latest_event_at)') }},
        {{ unix_second('events.occurred_at') }} + 86400
    ) as to_s
from events
inner join {{ ref('int_orgs') }} as orgs using (org_id)
where events.presence in ('available', 'away')
