-- An update before the message's creation, or without a creation, does not count.
with

updates as (
    select
        updated.org_id,
        updated.event_id,
        updated.message_id,
        updated.conversation_id,
        updated.actor_type,
        updated.actor_id,
        updated.has_content,
        updated.sentiment,
        creations.sentiment as first_sentiment,
        updated.occurred_at,
        updated.sequence
    from {{ ref('stg_message_events') }} as updated
    inner join {{ ref('int_message_creations') }} as creations using (org_id, message_id)
    where
        updated.event_type = 'updated'
        and (updated.has_content or updated.sentiment is not null)
        and {{ is_later_event('updated', 'occurred_at', 'creations', 'created_at') }}
)

select
    org_id,
    event_id,
    message_id,
    conversation_id,
    actor_type,
    actor_id,
    has_content,
    sentiment,
    coalesce(
        last_value(sentiment ignore nulls) over (
            partition by org_id, message_id
            order by occurred_at, sequence nulls last, event_id
            rows between unbounded preceding and 1 preceding
        ),
        first_sentiment
    ) as previous_sentiment,
    occurred_at
from updates
