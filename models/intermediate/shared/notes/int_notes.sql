{{ config(materialized='table') }}

with

note_events as (
    select
        *,
        row_number() over (
            partition by org_id, note_id
            order by occurred_at, sequence nulls last, event_id
        ) as event_number,
        row_number() over (
            partition by org_id, note_id, event_type
            order by occurred_at, sequence nulls last, event_id
        ) as number_of_type
    from {{ ref('stg_note_events') }}
),

creations as (
    select * from note_events
    where event_type = 'created' and number_of_type = 1
),

afterlives as (
    select
        org_id,
        note_id,
        max_by(note, event_number) filter (where event_type in ('created', 'updated')) as note,
        min(occurred_at) filter (where event_type = 'deleted') as deleted_at
    from note_events
    group by org_id, note_id
)

select
    creations.org_id,
    creations.note_id,
    creations.conversation_id,
    creations.message_id,
    creations.author_id,
    afterlives.note,
    creations.occurred_at as created_at,
    afterlives.deleted_at
from creations
inner join afterlives using (org_id, note_id)
