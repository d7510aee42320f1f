with

events as (
    select
        *,
        row_number() over (
            partition by org_id, help_request_id
            order by occurred_at, sequence nulls last, event_id
        ) as event_number
    from {{ ref('stg_help_events') }}
),

firsts as (
    select
        org_id,
        help_request_id,
        min_by(conversation_id, event_number) as conversation_id,
        min_by(requester_id, event_number) filter (where requester_id is not null) as requester_id,
        min(event_number) filter (where event_type = 'requested') as request_number,
        min(event_number) filter (where event_type = 'answered') as answer_number,
        min(event_number) filter (where event_type in ('closed', 'expired')) as end_number,
        min(occurred_at) as first_event_at
    from events
    group by org_id, help_request_id
)

select
    firsts.org_id,
    firsts.help_request_id,
    firsts.conversation_id,
    firsts.requester_id,
    requests.expert_name,
    requests.expert_email,
    requests.question,
    answers.answer,
    coalesce(ends.event_type, answers.event_type, 'requested') as help_state,
    firsts.first_event_at,
    requests.occurred_at as requested_at,
    answers.occurred_at as answered_at,
    ends.occurred_at as closed_at
from firsts
left join events as requests
    on firsts.org_id = requests.org_id
    and firsts.help_request_id = requests.help_request_id
    and firsts.request_number = requests.event_number
left join events as answers
    on firsts.org_id = answers.org_id
    and firsts.help_request_id = answers.help_request_id
    and firsts.answer_number = answers.event_number
left join events as ends
    on firsts.org_id = ends.org_id
    and firsts.help_request_id = ends.help_request_id
    and firsts.end_number = ends.event_number
