{# A tag event moves the conversation of its message, and names the one it names: often, not always, the same. #}
select org_id, conversation_id, occurred_at, true as is_mention, true as is_update
from {{ ref('stg_conversation_events') }}
union all
select org_id, conversation_id, occurred_at, true, true
from {{ ref('stg_message_events') }}
union all
select org_id, conversation_id, occurred_at, true, true
from {{ ref('stg_topic_events') }}
union all
select org_id, conversation_id, occurred_at, true, true
from {{ ref('stg_csat_events') }}
union all
select org_id, conversation_id, occurred_at, false, true
from {{ ref('int_tag_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_tag_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_lock_events') }}
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_note_events') }}
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_approval_events') }}
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_help_events') }}
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_suggestion_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, true, false
from {{ ref('stg_action_events') }}
where conversation_id is not null
