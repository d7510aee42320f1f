{{ config(materialized='table', pre_hook=joins_as_written(), post_hook=joins_as_planned()) }}

with

-- Inbound messages that no contact wrote are left out, since they start no wait.
message_steps as (
    select
        creations.org_id,
        creations.conversation_id,
        'message_events' as stream,
        creations.event_id,
        creations.created_at as occurred_at,
        creations.sequence,
        case
            when creations.is_contact_message then 'post'
            when creations.outbound_type = 'proactive' then 'proactive'
            when creations.author_type = 'agent' then 'human_reply'
            else 'other_reply'
        end as step,
        creations.direction = 'outbound' and creations.author_type = 'agent' as is_human,
        creations.message_id,
        creations.author_id,
        creations.in_reply_to_message_id,
        coalesce(creations.published_at, creations.created_at) as published_at,
        coalesce(updates.sentiment, creations.sentiment) as sentiment
    from {{ ref('int_message_creations') }} as creations
    left join {{ ref('int_message_updates') }} as updates using (org_id, message_id)
    where creations.is_contact_message or creations.direction = 'outbound'
),

steps as (
    select * from message_steps
    union all
    select org_id, conversation_id, 'conversation_events', event_id, changed_at, sequence, 'resolved', false, null, null, null, null, null
    from {{ ref('int_status_changes') }}
    where status = 'resolved'
)

-- `ignore nulls` must not skip a resolution, so it yields '' instead of null. Ids get a leading '#', which is cut off again: an empty id stays an id.
select
    org_id,
    conversation_id,
    event_id,
    occurred_at,
    step,
    is_human,
    message_id,
    author_id,
    in_reply_to_message_id,
    published_at,
    row_number() over so_far as step_number,
    count(*) filter (where step not in ('post', 'resolved')) over so_far as response_number,
    count(*) filter (where is_human) over so_far as human_response_number,
    last_value(case when step <> 'proactive' then step end ignore nulls) over before as previous_turn,
    last_value(case when step in ('post', 'human_reply', 'resolved') then step end ignore nulls) over before as previous_wait_step,
    last_value(case when step = 'post' then message_id end ignore nulls) over before as previous_post_id,
    last_value(case when step = 'post' then occurred_at end ignore nulls) over before as previous_post_at,
    last_value(case when step = 'post' then {{ sentiment_sign('sentiment') }} end ignore nulls) over before as previous_sentiment,
    last_value(case when is_human then occurred_at end ignore nulls) over before as previous_human_at,
    substr(
        nullif(first_value(case when step not in ('post', 'proactive') then coalesce('#' || message_id, '') end ignore nulls) over after, ''), 2
    ) as next_turn_message_id,
    substr(
        nullif(first_value(case when step in ('human_reply', 'resolved') then coalesce('#' || message_id, '') end ignore nulls) over after, ''), 2
    ) as wait_ended_by_message_id,
    first_value(case when step in ('human_reply', 'resolved') then occurred_at end ignore nulls) over after as wait_ended_at,
    first_value(case when step = 'post' then {{ sentiment_sign('sentiment') }} end ignore nulls) over after as next_sentiment
from steps
window
    so_far as (partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id, stream),
    before as (
        partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id, stream
        rows between unbounded preceding and 1 preceding
    ),
    after as (
        partition by org_id, conversation_id order by occurred_at, sequence nulls last, event_id, stream
        rows between 1 following and unbounded following
    )
