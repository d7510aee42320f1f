-- The events of agents in the requested window, one per row. req_sparkcentral_agent_metrics counts them.
with

request as (
    select * from {{ ref('request') }}
),

facts as (
    select
        org_id,
        'reply' as fact,
        author_id as user_id,
        team_id,
        message_id as fact_id,
        conversation_id,
        created_at as happened_at,
        null as session_kind,
        null::bigint as amount,
        null::boolean as has_reply
    from {{ ref('messages') }}
    where direction = 'outbound' and author_type = 'agent'
    union all
    select org_id, 'lock_session', user_id, team_id, lock_session_id, conversation_id, ended_at, session_kind, duration_s, null
    from {{ ref('lock_sessions') }}
    where ended_at is not null
    union all
    select org_id, 'resolution', actor_id, team_id, status_change_id, conversation_id, changed_at, null, change_number, has_reply
    from {{ ref('status_changes') }}
    where status = 'resolved' and actor_type = 'agent'
    union all
    select org_id, 'first_resolution', actor_id, team_id, status_change_id, conversation_id, changed_at, null, resolution_time_s, null
    from {{ ref('status_changes') }}
    where resolution_number = 1 and actor_type = 'agent'
    union all
    select org_id, 'first_response', replying_agent_id, team_id, reply_message_id, conversation_id, replied_at, null, first_response_time_s, null
    from {{ ref('sparkcentral_first_responses') }}
    union all
    select org_id, 'survey', agent_id, team_id, survey_id, conversation_id, answered_at, null, score, null
    from {{ ref('surveys') }}
    where answered_at is not null
    union all
    select org_id, 'tag', actor_id, team_id, tag_application_id, conversation_id, applied_at, null, null, null
    from {{ ref('tag_applications') }}
    where actor_type = 'agent'
    union all
    select org_id, 'topic', actor_id, team_id, topic_application_id, conversation_id, applied_at, null, null, null
    from {{ ref('topic_applications') }}
    where actor_type = 'agent'
)

select
    facts.*,
    conversations.contact_profile_id
from facts
inner join request
    on facts.happened_at >= request.window_start
    and facts.happened_at < request.window_end
    and (request.org_id is null or facts.org_id = request.org_id)
left join {{ ref('conversations') }} as conversations
    on facts.org_id = conversations.org_id and facts.conversation_id = conversations.conversation_id
where request.channels is null or array_contains(request.channels, conversations.channel_id)
