with

events as (
    select
        *,
        row_number() over (
            partition by org_id, approval_id
            order by occurred_at, sequence nulls last, event_id
        ) as event_number
    from {{ ref('stg_approval_events') }}
),

-- The message and the agent are the first ones that an event names.
approvals as (
    select
        org_id,
        approval_id,
        min_by(conversation_id, event_number) as conversation_id,
        min_by(message_id, event_number) filter (where message_id is not null) as message_id,
        min_by(agent_id, event_number) filter (where agent_id is not null) as agent_id,
        min(occurred_at) as first_event_at,
        min(occurred_at) filter (where event_type = 'submitted') as submitted_at,
        min(event_number) filter (where event_type = 'submitted') as submission_number
    from events
    group by org_id, approval_id
),

decisions as (
    select
        events.*,
        row_number() over (partition by events.org_id, events.approval_id order by events.event_number) as decision_number
    from events
    inner join approvals using (org_id, approval_id)
    where
        events.event_type <> 'submitted'
        and (approvals.submission_number is null or events.event_number > approvals.submission_number)
)

select
    approvals.org_id,
    approvals.approval_id,
    approvals.conversation_id,
    approvals.message_id,
    approvals.agent_id,
    submissions.team_id as submitting_team_id,
    decisions.approver_id,
    decisions.team_id as deciding_team_id,
    decisions.event_type as decision,
    decisions.comment,
    approvals.first_event_at,
    approvals.submitted_at,
    decisions.occurred_at as decided_at
from approvals
left join events as submissions
    on approvals.org_id = submissions.org_id
    and approvals.approval_id = submissions.approval_id
    and approvals.submission_number = submissions.event_number
left join decisions
    on approvals.org_id = decisions.org_id
    and approvals.approval_id = decisions.approval_id
    and decisions.decision_number = 1
