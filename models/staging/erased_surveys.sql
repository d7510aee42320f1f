-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'csat_events') }}
with

-- A survey belongs to every conversation that its events name; mostly that is one.
surveys as (
    select distinct
        landed_rows.org_id,
        landed_rows.survey_id,
        erased_conversations.contact_profile_id,
        erased_conversations.erased_at,
        erased_conversations.erased_sequence,
        erased_conversations.erased_event_id
    from ({{ landed('csat_events') }}) as landed_rows
    inner join {{ ref('erased_conversations') }} as erased_conversations
        on landed_rows.org_id = erased_conversations.org_id and landed_rows.conversation_id = erased_conversations.conversation_id
    where landed_rows.rejection_reason is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by org_id, survey_id
            order by erased_at desc, erased_sequence desc nulls first, erased_event_id desc, contact_profile_id desc
        ) as newest_first
    from surveys
)

select
    org_id,
    survey_id,
    contact_profile_id,
    erased_at,
    erased_sequence,
    erased_event_id
from ranked
where newest_first = 1
