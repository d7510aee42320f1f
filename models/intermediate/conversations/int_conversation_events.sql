-- Every event that names a conversation; is_update tells those that move its "last updated".
select org_id, conversation_id, occurred_at, true as is_update
from {{ ref('stg_conversation_events') }}
union all
select org_id, conversation_id, occurred_at, true
from {{ ref('stg_message_events') }}
union all
select org_id, conversation_id, occurred_at, true
from {{ ref('stg_topic_events') }}
union all
select org_id, conversation_id, occurred_at, true
from {{ ref('stg_csat_events') }}
union all
select org_id, conversation_id, occurred_at, true
from {{ ref('int_tag_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_tag_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_lock_events') }}
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_note_events') }}
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_approval_events') }}
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_help_events') }}
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_suggestion_events') }}
where conversation_id is not null
union all
select org_id, conversation_id, occurred_at, false
from {{ ref('stg_action_events') }}
where conversation_id is not null
