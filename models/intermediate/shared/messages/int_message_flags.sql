{{ config(materialized='table') }}

with

marks as (
    select
        org_id,
        message_id,
        event_type,
        occurred_at,
        row_number() over (partition by org_id, message_id order by occurred_at, sequence nulls last, event_id) as mark_number
    from {{ ref('stg_message_events') }}
    where event_type in ('checked', 'trashed', 'restored', 'favorited', 'unfavorited')
)

select
    org_id,
    message_id,
    coalesce(max_by(event_type = 'trashed', mark_number) filter (where event_type in ('trashed', 'restored')), false) as is_trashed,
    coalesce(max_by(event_type = 'favorited', mark_number) filter (where event_type in ('favorited', 'unfavorited')), false) as is_favorited,
    max(occurred_at) filter (where event_type = 'checked') as checked_at
from marks
group by org_id, message_id
