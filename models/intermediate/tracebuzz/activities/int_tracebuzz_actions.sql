with

actions as (
    select
        org_id,
        stream,
        event_id,
        activity_code,
        conversation_id,
        message_id,
        actor_type,
        user_id,
        subject,
        duration_s,
        acted_at,
        null::timestamptz as delivered_at
    from {{ ref('int_tracebuzz_logged_actions') }}
    union all
    select org_id, 'message_events', event_id, activity_code, conversation_id, message_id, actor_type, user_id, subject, null, acted_at, null
    from {{ ref('int_tracebuzz_message_actions') }}
    union all
    select org_id, 'conversation_events', event_id, activity_code, conversation_id, null, actor_type, user_id, subject, null, acted_at, null
    from {{ ref('int_tracebuzz_conversation_actions') }}
    union all
    select org_id, 'lock_events', event_id, activity_code, conversation_id, null, null, user_id, null, duration_s, acted_at, delivered_at
    from {{ ref('int_tracebuzz_lock_actions') }}
)

-- An action without an actor counts as a user's. Automated actions are dropped; of contacts' actions only edits (26) and deletions (27) stay.
select
    org_id,
    stream,
    event_id,
    activity_code,
    conversation_id,
    message_id,
    coalesce(user_id, '-1') as user_id,
    subject,
    duration_s,
    acted_at,
    coalesce(delivered_at, acted_at) as delivered_at
from actions
where activity_code in (26, 27) or {{ is_action_of_a_user('actor_type') }}
