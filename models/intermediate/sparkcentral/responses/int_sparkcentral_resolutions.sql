{{ config(materialized='table') }}

with

steps as (
    select * from {{ ref('int_sparkcentral_response_timeline') }}
    where step = 'resolved'
),

changes as (
    select * from {{ ref('int_status_changes') }}
    where status = 'resolved'
),

messages as (
    select * from {{ ref('int_conversation_message_counts') }}
)

select
    changes.org_id,
    changes.event_id,
    changes.conversation_id,
    changes.changed_at as resolved_at,
    changes.resolution_number,
    steps.outbound_before > 0 as has_reply,
    case
        when changes.resolution_number = 1 and steps.inbound_before > 0 then {{ seconds_between('messages.first_inbound_at', 'changes.changed_at') }}
    end as resolution_time_s
from changes
inner join steps using (org_id, event_id)
left join messages on changes.org_id = messages.org_id and changes.conversation_id = messages.conversation_id
