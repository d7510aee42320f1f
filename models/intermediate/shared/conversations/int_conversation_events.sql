-- A tag event updates the conversation of its message and mentions the conversation that it names. Both are often, but not always, the same.
select
    org_id,
    conversation_id,
    occurred_at,
    true as is_mention,
    occurred_at as updates_from,
    null::timestamptz as updates_until
from {{ ref('stg_conversation_events') }}
union all
select org_id, conversation_id, occurred_at, true, occurred_at as updates_from, null
from {{ ref('stg_message_events') }}
union all
select org_id, conversation_id, occurred_at, true, occurred_at as updates_from, null
from {{ ref('stg_topic_events') }}
union all
select org_id, conversation_id, occurred_at, true, occurred_at as updates_from, null
from {{ ref('stg_csat_events') }}
union all
select org_id, conversation_id, occurred_at, false, updates_from, updates_until
from {{ ref('int_tag_updates') }}
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_tag_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_lock_events') }}
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_note_events') }}
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_approval_events') }}
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_help_events') }}
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_suggestion_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, true, null, null
from {{ ref('stg_action_events') }}
where conversation_id is not null
