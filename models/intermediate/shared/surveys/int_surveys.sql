with

events as (
    select
        *,
        row_number() over (
            partition by org_id, survey_id
            order by occurred_at, sequence nulls last, event_id
        ) as event_number
    from {{ ref('stg_csat_events') }}
),

newest_of_type as (
    select
        *,
        row_number() over (partition by org_id, survey_id, event_type order by event_number desc) as newest_first
    from events
),

-- agent_id and team_id come as a pair from the last answer or, if it names neither, from the last `sent` event.
answers as (
    select
        answered.org_id,
        answered.survey_id,
        answered.occurred_at as answered_at,
        answered.score,
        case when coalesce(answered.agent_id, answered.team_id) is null then sent.agent_id else answered.agent_id end as agent_id,
        case when coalesce(answered.agent_id, answered.team_id) is null then sent.team_id else answered.team_id end as team_id
    from newest_of_type as answered
    left join newest_of_type as sent
        on answered.org_id = sent.org_id
        and answered.survey_id = sent.survey_id
        and answered.newest_first = sent.newest_first
        and sent.event_type = 'sent'
    where answered.event_type = 'answered' and answered.newest_first = 1
),

-- max_by skips nulls, so the last value given stays.
surveys as (
    select
        org_id,
        survey_id,
        min_by(conversation_id, event_number) as conversation_id,
        min(occurred_at) as first_event_at,
        min_by(sequence, event_number) filter (where event_number = 1) as first_sequence,
        min_by(event_id, event_number) as first_event_id,
        max_by(event_type, event_number) filter (where event_type in ('skipped', 'unrecognized')) as last_refusal,
        max_by(question, event_number) filter (where question is not null) as follow_up_question,
        max_by(answer, event_number) filter (where answer is not null) as follow_up_answer
    from events
    group by org_id, survey_id
)

select
    surveys.org_id,
    surveys.survey_id,
    surveys.conversation_id,
    surveys.first_event_at,
    row_number() over (
        partition by surveys.org_id, surveys.conversation_id
        order by surveys.first_event_at desc, surveys.first_sequence desc nulls first, surveys.first_event_id desc
    ) as newest_first,
    answers.answered_at,
    answers.score,
    answers.agent_id,
    {{ acting_team('answers.team_id') }} as team_id,
    case
        when answers.survey_id is not null then 'Successful'
        when surveys.last_refusal = 'skipped' then 'Skipped'
        when surveys.last_refusal = 'unrecognized' then 'Customer''s response was not recognized'
        else 'Customer did not respond'
    end as completed_status,
    surveys.follow_up_question,
    surveys.follow_up_answer
from surveys
left join answers
    on surveys.org_id = answers.org_id and surveys.survey_id = answers.survey_id
{{ join_own_team('answers.org_id', 'answers.agent_id') }}
