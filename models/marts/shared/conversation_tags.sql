with

applications as (
    select
        applications.*,
        tag_events.conversation_id as named_conversation_id
    from {{ ref('int_tag_applications') }} as applications
    inner join {{ ref('stg_tag_events') }} as tag_events using (org_id, event_id)
),

messages as (
    select * from {{ ref('int_tagged_message_conversations') }}
),

first_messages as (
    select
        org_id,
        message_id,
        min(known_from) as known_from
    from messages
    group by org_id, message_id
),

-- The conversation that the tag event names counts until the first event of its message.
stretches as (
    select
        applications.*,
        applications.named_conversation_id as of_conversation_id,
        applications.applied_at as in_force_from,
        least(applications.removed_at, first_messages.known_from) as in_force_until
    from applications
    left join first_messages using (org_id, message_id)
    where applications.named_conversation_id is not null
    union all
    select
        applications.*,
        messages.conversation_id,
        greatest(applications.applied_at, messages.known_from),
        least(applications.removed_at, messages.known_until)
    from applications
    inner join messages using (org_id, message_id)
)

select
    org_id,
    of_conversation_id as conversation_id,
    tag_id,
    event_id,
    applied_at,
    sequence,
    in_force_from,
    in_force_until
from stretches
where in_force_until is null or in_force_from < in_force_until
