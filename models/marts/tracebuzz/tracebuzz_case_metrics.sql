with

conversations as (
    select * from {{ ref('conversations') }}
),

unchecked as (
    select * from {{ ref('int_tracebuzz_unchecked_cases') }}
),

messages as (
    select * from {{ ref('int_tracebuzz_case_message_metrics') }}
),

responses as (
    select * from {{ ref('int_tracebuzz_case_reply_times') }}
),

locks as (
    select * from {{ ref('int_tracebuzz_case_locks') }}
),

sessions as (
    select * from {{ ref('int_tracebuzz_case_sessions') }}
),

assignments as (
    select * from {{ ref('int_tracebuzz_case_assignments') }}
),

loads as (
    select * from {{ ref('int_tracebuzz_case_loads') }}
),

told as (
    select
        conversations.org_id,
        conversations.conversation_id,
        conversations.inbox_id,
        conversations.status = 'resolved' and unchecked.conversation_id is null as is_closed,
        coalesce(messages.has_human_reply, false) as has_human_reply,
        coalesce(messages.has_bot_reply, false) as has_bot_reply,
        coalesce(locks.is_locked_by_human, false) as is_locked_by_human,
        locks.conversation_id is not null or assignments.conversation_id is not null as is_agents_load,
        loads.conversation_id is not null as is_agent_load,
        coalesce(messages.messages_sent, 0) as messages_sent,
        coalesce(messages.messages_received, 0) as messages_received,
        responses.first_reply_s,
        coalesce(responses.additional_replies_s, 0) as additional_replies_s,
        sessions.lock_session_time_s,
        {{ seconds_between('messages.first_message_at', 'conversations.status_changed_at') }} as first_message_to_status_s,
        {{ unix_second('conversations.created_at') }} as started_s
    from conversations
    left join unchecked using (org_id, conversation_id)
    left join messages using (org_id, conversation_id)
    left join responses using (org_id, conversation_id)
    left join locks using (org_id, conversation_id)
    left join sessions using (org_id, conversation_id)
    left join assignments using (org_id, conversation_id)
    left join loads using (org_id, conversation_id)
)

select
    told.org_id,
    told.conversation_id,
    told.inbox_id,
    told.is_closed,
    told.is_closed and (told.is_locked_by_human or told.has_human_reply) as is_opened,
    told.has_human_reply,
    told.has_bot_reply,
    told.is_agents_load,
    told.is_agent_load,
    told.first_reply_s <= coalesce(inboxes.first_reply_service_level_s, inboxes.service_level_s) as is_within_service_level,
    told.messages_sent,
    told.messages_received,
    told.first_reply_s,
    told.additional_replies_s,
    told.lock_session_time_s,
    case when told.is_closed then greatest(coalesce(told.first_message_to_status_s, 0), 0) else 0 end as lead_time_s,
    told.started_s
from told
left join {{ ref('int_inboxes') }} as inboxes using (org_id, inbox_id)
