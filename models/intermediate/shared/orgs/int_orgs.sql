-- depends_on: {{ ref('stg_action_events') }}
-- depends_on: {{ ref('stg_approval_events') }}
-- depends_on: {{ ref('stg_channels') }}
-- depends_on: {{ ref('stg_contact_attributes') }}
-- depends_on: {{ ref('stg_contacts') }}
-- depends_on: {{ ref('stg_conversation_events') }}
-- depends_on: {{ ref('stg_csat_events') }}
-- depends_on: {{ ref('stg_help_events') }}
-- depends_on: {{ ref('stg_inbox_session_events') }}
-- depends_on: {{ ref('stg_inboxes') }}
-- depends_on: {{ ref('stg_lock_events') }}
-- depends_on: {{ ref('stg_message_events') }}
-- depends_on: {{ ref('stg_note_events') }}
-- depends_on: {{ ref('stg_presence_events') }}
-- depends_on: {{ ref('stg_queues') }}
-- depends_on: {{ ref('stg_suggestion_events') }}
-- depends_on: {{ ref('stg_tag_events') }}
-- depends_on: {{ ref('stg_tags') }}
-- depends_on: {{ ref('stg_teams') }}
-- depends_on: {{ ref('stg_topic_events') }}
-- depends_on: {{ ref('stg_topics') }}
-- depends_on: {{ ref('stg_users') }}
{{ config(materialized='table') }}

with

events as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    select org_id, min(occurred_at) as earliest_event_at, max(occurred_at) as latest_event_at
    from {{ ref('stg_' ~ stream.name) }}
    group by org_id
    {%- endfor %}
)

select
    org_id,
    min(earliest_event_at) as earliest_event_at,
    max(latest_event_at) as latest_event_at
from events
group by org_id
