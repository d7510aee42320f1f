with

changes as (
    select
        changes.*,
        moments.report_type,
        changes.status = 'resolved'
        and (moments.report_type <> 'CLOSED' or changes.changed_at >= moments.window_start and changes.changed_at < moments.window_end) as is_closing
    from {{ ref('status_changes') }} as changes
    inner join {{ ref('req_khoros_report_scope') }} as moments using (org_id, conversation_id)
    where changes.changed_at < moments.told_before
),

summaries as (
    select
        org_id,
        conversation_id,
        max_by(status, change_number) as status,
        max_by(status, change_number) = 'resolved' or max(report_type) = 'CLOSED' as is_closing_told,
        max(change_number) filter (where is_closing) as closing_number,
        count(*) filter (where previous_status = 'resolved') as reopen_count
    from changes
    group by org_id, conversation_id
)

-- The CLOSED report shows the closing in the window, even if the conversation was reopened.
select
    summaries.org_id,
    summaries.conversation_id,
    summaries.status,
    summaries.reopen_count,
    closings.changed_at as closed_at,
    case when closings.actor_type = 'agent' then closings.actor_id end as closed_by_agent_id,
    closings.resolve_reason,
    closings.resolve_comment
from summaries
left join changes as closings
    on summaries.org_id = closings.org_id
    and summaries.conversation_id = closings.conversation_id
    and case when summaries.is_closing_told then summaries.closing_number end = closings.change_number
