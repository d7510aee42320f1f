{{ config(materialized='table') }}

with

-- An update before the message's creation changes nothing.
updates as (
    select
        updated.*,
        row_number() over (
            partition by updated.org_id, updated.message_id
            order by updated.occurred_at, updated.sequence nulls last, updated.event_id
        ) as update_number
    from {{ ref('stg_message_events') }} as updated
    inner join {{ ref('int_message_creations') }} as creations using (org_id, message_id)
    where
        updated.event_type = 'updated'
        and {{ is_later_event('updated', 'occurred_at', 'creations', 'created_at') }}
)

-- max_by skips nulls, so a column keeps the last value that an update set.
select
    org_id,
    message_id,
    max_by(content, update_number) filter (where content is not null) as content,
    max_by(sentiment, update_number) filter (where sentiment is not null) as sentiment,
    max_by(likes, update_number) filter (where likes is not null) as likes,
    max_by(reach_rank, update_number) filter (where reach_rank is not null) as reach_rank,
    max_by(external_id, update_number) filter (where external_id is not null) as external_id
from updates
group by org_id, message_id
