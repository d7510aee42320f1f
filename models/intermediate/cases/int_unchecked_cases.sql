{# What keeps a case open where every inbound message must have been dealt with: one not checked, deleted or in the trash. #}
with

afterlives as (
    select
        org_id,
        message_id,
        event_type,
        row_number() over (
            partition by org_id, message_id, event_type in ('trashed', 'restored')
            order by occurred_at desc, sequence desc nulls first, event_id desc
        ) as newest_first
    from {{ ref('stg_message_events') }}
    where event_type in ('checked', 'deleted', 'trashed', 'restored')
),

dealt_with as (
    select distinct
        org_id,
        message_id
    from afterlives
    where event_type in ('checked', 'deleted') or event_type = 'trashed' and newest_first = 1
)

select distinct
    messages.org_id,
    messages.conversation_id
from {{ ref('int_case_messages') }} as messages
left join dealt_with using (org_id, message_id)
where {{ var('require_checked') }} and messages.message_role = 'inbound' and dealt_with.message_id is null
