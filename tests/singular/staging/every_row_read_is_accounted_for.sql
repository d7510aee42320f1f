-- A failure means that rows of a stream were lost or added: rows read = rows loaded + repeated deliveries (loaded or rejected) + rejected rows.
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
with

read_rows as (
    select
        stream,
        sum(row_count) as row_count
    from {{ ref('landing_files') }}
    where status = 'loaded'
    group by stream
),

accounted as (
    {%- for stream in landing_streams() %}
    select
        '{{ stream.name }}' as stream,
        count(*) as loaded,
        coalesce(sum(deliveries - 1), 0) as repeated
    from {{ ref('stg_' ~ stream.name) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

rejected as (
    select
        stream,
        count(*) as rejected,
        sum(deliveries - 1) as repeated
    from {{ ref('rejected_events') }}
    group by stream
)

select
    accounted.stream,
    read_rows.row_count,
    accounted.loaded,
    accounted.repeated,
    rejected.rejected,
    rejected.repeated as rejected_again
from accounted
left join read_rows using (stream)
left join rejected using (stream)
where
    coalesce(read_rows.row_count, 0)
    <> accounted.loaded + accounted.repeated + coalesce(rejected.rejected + rejected.repeated, 0)
