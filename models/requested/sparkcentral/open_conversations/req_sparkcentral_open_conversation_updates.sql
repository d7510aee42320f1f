with

moved_later as (
    select * from {{ ref('req_sparkcentral_open_conversations_changed_later') }}
)

-- No update of a conversation comes before its first event. If no conversation was updated after as_of, no event is read.
select
    events.org_id,
    events.conversation_id,
    max(events.occurred_at) as updated_at
from {{ ref('conversation_updates') }} as events
inner join moved_later using (org_id, conversation_id)
where
    events.updates_from >= (select min(all_moved.first_event_at) from moved_later as all_moved)
    and events.updates_from <= moved_later.as_of
    and (events.updates_until is null or events.updates_until > moved_later.as_of)
group by events.org_id, events.conversation_id
