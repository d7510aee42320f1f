{{ config(materialized='table') }}

with

sessions as (
    select
        *,
        {{ unix_second('started_at') }} as started_second,
        {{ unix_second('ended_at') }} as ended_second
    from {{ ref('int_lock_sessions') }}
    where ended_at is not null
),

responses as (
    select
        *,
        {{ unix_second('previous_human_at') }} as previous_second,
        {{ unix_second('occurred_at') }} as sent_second
    from {{ ref('int_khoros_wait_timeline') }}
    where is_human
)

select
    responses.org_id,
    responses.message_id,
    sessions.lock_session_id,
    sessions.user_id,
    coalesce(sessions.user_id = responses.author_id, false) as is_own,
    greatest(sessions.started_second, coalesce(responses.previous_second, sessions.started_second)) as from_second,
    least(sessions.ended_second, responses.sent_second) as to_second,
    sessions.ended_at
from responses
inner join sessions using (org_id, conversation_id)
where
    sessions.started_second < responses.sent_second
    and (responses.previous_second is null or sessions.ended_second > responses.previous_second)
    and sessions.started_second < sessions.ended_second
    and responses.previous_second is distinct from responses.sent_second
