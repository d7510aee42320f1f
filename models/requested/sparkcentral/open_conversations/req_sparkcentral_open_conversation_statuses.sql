with

changes as (
    select
        status_changes.*,
        row_number() over (
            partition by status_changes.org_id, status_changes.conversation_id, status_changes.status <> 'new'
            order by status_changes.change_number desc
        ) as settled_newest_first,
        row_number() over (
            partition by status_changes.org_id, status_changes.conversation_id, status_changes.status
            order by status_changes.change_number desc
        ) as status_newest_first
    from {{ ref('status_changes') }} as status_changes
    inner join {{ ref('req_sparkcentral_open_conversations') }} as open_conversations using (org_id, conversation_id)
    where status_changes.changed_at <= open_conversations.as_of
)

-- For a conversation that is open at as_of, the last change to Pending or Resolved, and the latest resolution, if any.
select
    settlements.org_id,
    settlements.conversation_id,
    {{ acting_agent('settlements.actor_type', 'settlements.actor_id') }} as last_status_change_agent_id,
    settlements.team_id as last_status_change_team_id,
    resolutions.resolved_by,
    resolutions.changed_at as resolved_at,
    {{ acting_agent('resolutions.actor_type', 'resolutions.actor_id') }} as resolved_agent_id,
    first_resolutions.resolution_time_s
from changes as settlements
left join changes as resolutions
    on settlements.org_id = resolutions.org_id
    and settlements.conversation_id = resolutions.conversation_id
    and resolutions.status = 'resolved'
    and resolutions.status_newest_first = 1
left join changes as first_resolutions
    on settlements.org_id = first_resolutions.org_id
    and settlements.conversation_id = first_resolutions.conversation_id
    and first_resolutions.resolution_number = 1
where settlements.status <> 'new' and settlements.settled_newest_first = 1
