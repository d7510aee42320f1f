-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'csat_events') }}
with

csat_events as (
    {{ counted_once('csat_events') }}
),

erased_surveys as (
    select * from {{ ref('erased_surveys') }}
)

-- Only the answer is the contact's own text; the question is the company's, and the score is a number.
select
    {{ all_columns_but('csat_events', ['answer']) }},
    case when not {{ is_before_erasure('csat_events', 'csat_events', 'erased_surveys') }} then csat_events.answer end as answer
from csat_events
left join erased_surveys
    on csat_events.org_id = erased_surveys.org_id and csat_events.survey_id = erased_surveys.survey_id
