with

switches as (
    select
        tag_events.*,
        lag(tag_events.event_type) over (
            partition by tag_events.org_id, tag_events.message_id, tag_events.tag_id
            order by tag_events.occurred_at, tag_events.sequence nulls last, tag_events.event_id
        ) as previous_event_type
    from {{ ref('tag_events') }} as tag_events
    inner join {{ ref('req_khoros_filters') }} as filters
        on tag_events.org_id = filters.org_id and array_contains(filters.tag_ids, tag_events.tag_id)
)

select
    org_id,
    conversation_id,
    event_id,
    occurred_at,
    sequence,
    case event_type when 'applied' then 1 else -1 end as step
from switches
where
    conversation_id is not null
    and (
        event_type = 'applied' and previous_event_type is distinct from 'applied'
        or event_type = 'removed' and previous_event_type = 'applied'
    )
