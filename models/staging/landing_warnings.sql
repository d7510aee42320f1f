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
-- Problems in rows that were loaded; the first words of `problem` name the things that row_count counts.
with

-- A hash finds the few ids that occur more than once; then the ids themselves are compared.
repeated_message_ids as (
    select {{ hashed('org_id', 'message_id') }} as message_key
    from {{ ref('stg_message_events') }}
    where event_type = 'created'
    group by message_key
    having count(*) > 1
),

message_ids_of_conversations as (
    select
        messages.org_id,
        messages.message_id
    from {{ ref('stg_message_events') }} as messages
    inner join repeated_message_ids
        on {{ hashed('messages.org_id', 'messages.message_id') }} = repeated_message_ids.message_key
    where messages.event_type = 'created'
    group by messages.org_id, messages.message_id
    having min(messages.conversation_id) <> max(messages.conversation_id)
),

warnings as (
    {%- for stream in landing_streams() %}
    select
        '{{ stream.name }}' as stream,
        column_name,
        'values cannot be read as their type and read as null' as problem,
        null::varchar as code
    from (
        select {{ each_element("string_split(trim(unreadable, ','), ',')") }} as column_name
        from {{ ref('stg_' ~ stream.name) }}
        where unreadable is not null
    ) as unreadable_values
    union all
    select
        '{{ stream.name }}' as stream,
        'event_id' as column_name,
        'event ids have copies that differ in more than ingested_at; the first copy counts' as problem,
        null::varchar as code
    from {{ ref('stg_' ~ stream.name) }}
    where copies_differ
    {%- for column in stream.columns.values() if (column.config.meta.codes or column.config.meta.range) %}
    {%- set meta = column.config.meta %}
    union all
    select
        '{{ stream.name }}' as stream,
        '{{ column.name }}' as column_name,
        'values are unknown codes and load as they came' as problem,
        {{ column.name }}::varchar as code
    from {{ ref('stg_' ~ stream.name) }}
    where
        {{ column.name }} not {{ 'in ' ~ text_list(meta.codes) if meta.codes else 'between ' ~ meta.range[0] ~ ' and ' ~ meta.range[1] }}
        {{ "and event_type not in " ~ text_list(meta.required_for) if meta.required_for }}
    {%- endfor %}
    union all
    {%- endfor %}
    select
        'message_events' as stream,
        'message_id' as column_name,
        'message ids are created in more than one conversation; the first counts' as problem,
        null::varchar as code
    from message_ids_of_conversations
)

select
    stream,
    column_name,
    problem,
    code,
    count(*) as row_count
from warnings
group by stream, column_name, problem, code
