-- The conversations that existed and were not resolved at the request's as_of, with the columns known then.
with

request as (
    select * from {{ ref('session_request') }}
),

-- Unresolved conversations are selected separately, so that the few are found without a scan of all resolved ones.
candidates as (
    select *
    from {{ ref('conversations') }}
    where status <> 'resolved'
    union all
    select conversations.*
    from {{ ref('conversations') }} as conversations
    inner join request on conversations.status_changed_at > request.as_of
    where conversations.status = 'resolved'
),

existing as (
    select
        candidates.*,
        request.as_of,
        candidates.creation_event_at <= request.as_of as is_created
    from candidates
    inner join request
        on candidates.first_event_at <= request.as_of
        and (request.org_id is null or candidates.org_id = request.org_id)
),

-- The first change after as_of gives the status at as_of as its previous_status.
statuses as (
    select
        changes.org_id,
        changes.conversation_id,
        min_by(changes.previous_status, changes.change_number) as status
    from {{ ref('status_changes') }} as changes
    inner join request on changes.changed_at > request.as_of
    group by changes.org_id, changes.conversation_id
),

first_authors as (
    select authors.*
    from {{ ref('conversation_first_authors') }} as authors
    inner join request on authors.first_inbound_at <= request.as_of
)

select
    existing.org_id,
    existing.conversation_id,
    existing.as_of,
    coalesce(statuses.status, existing.status) as status,
    case when existing.is_created then existing.channel_id end as channel_id,
    case when existing.is_created then existing.contact_profile_id else first_authors.contact_profile_id end as contact_profile_id,
    case when existing.is_created then existing.conversation_url end as conversation_url,
    case when existing.is_created then existing.creation_event_at else existing.first_event_at end as created_at
from existing
left join statuses using (org_id, conversation_id)
left join first_authors using (org_id, conversation_id)
cross join request
where
    coalesce(statuses.status, existing.status) in ('new', 'pending')
    and (request.channels is null or array_contains(request.channels, case when existing.is_created then existing.channel_id end))
