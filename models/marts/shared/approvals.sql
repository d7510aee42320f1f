select
    org_id,
    approval_id,
    conversation_id,
    message_id,
    agent_id,
    submitting_team_id,
    approver_id,
    deciding_team_id,
    decision,
    comment,
    first_event_at,
    submitted_at,
    decided_at
from {{ ref('int_approvals') }}
