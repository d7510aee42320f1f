with

spans as (
    select
        org_id,
        'inbox' as span_kind,
        inbox_session_id as span_id,
        user_id,
        inbox_id,
        {{ unix_second('entered_at') }} as from_s,
        {{ unix_second('ended_at') }} as to_s,
        {{ unix_second('left_at') }} as logout_s
    from {{ ref('inbox_sessions') }}
    union all
    select org_id, 'login', login_id, user_id, null, from_s, to_s, null
    from {{ ref('int_tracebuzz_logins') }}
    union all
    -- Lock sessions without an end within 24 hours have no ended_at.
    select
        sessions.org_id, 'lock', sessions.lock_session_id, sessions.user_id, conversations.inbox_id,
        {{ unix_second('sessions.started_at') }}, {{ unix_second('sessions.ended_at') }}, null
    from {{ ref('lock_sessions') }} as sessions
    left join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
    where sessions.ended_at is not null
)

select
    spans.org_id,
    spans.span_kind,
    spans.span_id,
    spans.user_id,
    spans.inbox_id,
    spans.from_s,
    spans.to_s,
    spans.logout_s
from spans
left join {{ ref('users') }} as users using (org_id, user_id)
where not {{ var('measure_claim_users_only') }} or users.inbox_mode = 'claim'
