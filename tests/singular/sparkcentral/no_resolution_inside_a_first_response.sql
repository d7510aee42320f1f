-- A failure means that a first response time includes a change to Resolved, although that ends every wait.
select
    first_responses.org_id,
    first_responses.conversation_id,
    first_responses.waiting_from_at,
    changes.changed_at,
    first_responses.replied_at
from {{ ref('sparkcentral_first_responses') }} as first_responses
inner join {{ ref('status_changes') }} as changes using (org_id, conversation_id)
where
    changes.status = 'resolved'
    and changes.changed_at > first_responses.waiting_from_at
    and changes.changed_at < first_responses.replied_at
