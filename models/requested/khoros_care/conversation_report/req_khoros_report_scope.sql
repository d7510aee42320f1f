-- The report OPEN_AT_END ignores events at or after the end of the window. The other reports use events up to the latest one.
with

asked as (
    select
        orgs.org_id,
        request.conversation_report_type as report_type,
        request.window_start,
        request.window_end,
        case
            when request.conversation_report_type = 'OPEN_AT_END' then request.window_end
            else {{ end_of_time() }}
        end as told_before,
        case
            when request.conversation_report_type = 'OPEN_AT_END' then least(request.window_end, orgs.latest_event_at)
            else orgs.latest_event_at
        end as moment_at
    from {{ ref('orgs') }} as orgs
    inner join {{ ref('session_request') }} as request on request.org_id is null or orgs.org_id = request.org_id
),

-- Unresolved conversations are selected separately, so that the few are found without a scan of all resolved ones.
candidates as (
    select conversations.org_id, conversations.conversation_id
    from {{ ref('conversations') }} as conversations
    inner join asked on conversations.org_id = asked.org_id and conversations.first_event_at < asked.told_before
    where asked.report_type = 'OPEN_AT_END' and conversations.status <> 'resolved'
    union all
    select conversations.org_id, conversations.conversation_id
    from {{ ref('conversations') }} as conversations
    inner join asked
        on conversations.org_id = asked.org_id
        and conversations.first_event_at < asked.told_before
        and conversations.status_changed_at >= asked.told_before
    where asked.report_type = 'OPEN_AT_END' and conversations.status = 'resolved'
    union all
    select conversations.org_id, conversations.conversation_id
    from {{ ref('conversations') }} as conversations
    inner join asked
        on conversations.org_id = asked.org_id
        and conversations.created_at >= asked.window_start
        and conversations.created_at < asked.window_end
    where asked.report_type = 'CREATED'
    union all
    select distinct closings.org_id, closings.conversation_id
    from {{ ref('status_changes') }} as closings
    inner join asked
        on closings.org_id = asked.org_id
        and closings.changed_at >= asked.window_start
        and closings.changed_at < asked.window_end
    where asked.report_type = 'CLOSED' and closings.status = 'resolved'
)

select
    candidates.org_id,
    candidates.conversation_id,
    asked.report_type,
    asked.window_start,
    asked.window_end,
    asked.told_before,
    asked.moment_at
from candidates
inner join asked on candidates.org_id = asked.org_id
