with

given as (
    select org_id, conversation_id, created_at as set_at, sequence, event_id, language
    from {{ ref('int_conversation_creations') }}
    where language is not null
    union all
    select org_id, conversation_id, occurred_at, sequence, event_id, language
    from {{ ref('stg_conversation_events') }}
    where event_type = 'language_set'
)

select
    org_id,
    conversation_id,
    language,
    set_at,
    row_number() over conversation_order as language_number,
    lead(set_at) over conversation_order as replaced_at
from given
window conversation_order as (
    partition by org_id, conversation_id
    order by set_at, sequence nulls last, event_id
)
