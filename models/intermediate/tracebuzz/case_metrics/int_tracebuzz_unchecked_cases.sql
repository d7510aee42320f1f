{# What keeps a case open where every inbound message must have been dealt with: one not checked, deleted or in the trash now. #}
select distinct
    org_id,
    conversation_id
from {{ ref('messages') }}
where
    {{ var('require_checked') }}
    and direction = 'inbound'
    and author_type <> 'system'
    and checked_at is null
    and deleted_at is null
    and not is_trashed
