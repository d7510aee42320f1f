select
    org_id,
    survey_id,
    conversation_id,
    agent_id,
    team_id,
    completed_status,
    follow_up_question,
    follow_up_answer,
    score,
    newest_first = 1 as is_latest_of_conversation,
    first_event_at,
    answered_at
from {{ ref('int_surveys') }}
