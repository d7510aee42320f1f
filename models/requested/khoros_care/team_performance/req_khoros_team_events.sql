-- Opening hours are tested at the arrival of the post that a response responds to, else at the event itself.
with

happened as (
    select
        org_id,
        'response' as happening,
        message_id as happening_id,
        conversation_id,
        author_id as agent_id,
        team_id,
        response_type,
        tar_s,
        responding_time_s,
        null::bigint as score,
        sent_at as happened_at,
        coalesce(responded_post_at, sent_at) as tested_at
    from {{ ref('khoros_responses') }}
    where is_human and author_id is not null
    union all
    select org_id, 'assignment', event_id, conversation_id, assignee_id, assignee_team_id, null, null, null, null, set_at, set_at as tested_at
    from {{ ref('conversation_assignees') }}
    where assignee_id is not null
    union all
    select org_id, 'closing', status_change_id, conversation_id, actor_id, team_id, null, null, null, null, changed_at, changed_at as tested_at
    from {{ ref('status_changes') }}
    where status = 'resolved' and actor_type = 'agent' and actor_id is not null
    union all
    select org_id, 'submission', approval_id, conversation_id, agent_id, submitting_team_id, null, null, null, null, submitted_at, submitted_at as tested_at
    from {{ ref('approvals') }}
    where agent_id is not null and submitted_at is not null
    union all
    select org_id, 'decision', approval_id, conversation_id, approver_id, deciding_team_id, null, null, null, null, decided_at, decided_at as tested_at
    from {{ ref('approvals') }}
    where decision in ('approved', 'rejected')
    union all
    select org_id, 'survey', survey_id, conversation_id, agent_id, team_id, null, null, null, score, answered_at, answered_at as tested_at
    from {{ ref('surveys') }}
    where agent_id is not null and answered_at is not null
),

requested as (
    select
        happened.*,
        request.business_hour_type
    from happened
    inner join {{ ref('request') }} as request
        on happened.happened_at >= request.window_start
        and happened.happened_at < request.window_end
        and (request.org_id is null or happened.org_id = request.org_id)
),

tested as (
    select
        requested.*,
        {{ in_business_hours() }} as in_business_hours
    from requested
    inner join {{ ref('req_khoros_matching_conversations') }} as asked using (org_id, conversation_id)
    {{ join_business_hours('requested.org_id', 'asked.channel_id', 'requested.tested_at') }}
)

select
    org_id,
    happening,
    happening_id,
    conversation_id,
    agent_id,
    team_id,
    response_type,
    tar_s,
    responding_time_s,
    score,
    happened_at
from tested
where business_hour_type is null or in_business_hours = business_hour_type
