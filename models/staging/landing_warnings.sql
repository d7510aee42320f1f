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
{# What loaded although something about it is odd: optional values that no type fits, and codes nobody has listed. #}
with

warnings as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    select
        '{{ stream.name }}' as stream,
        column_name,
        'cannot be read as its type, reads as null' as problem,
        null::varchar as code
    from (
        select unnest(string_split(trim(unreadable, ','), ',')) as column_name
        from {{ ref('stg_' ~ stream.name) }}
        where unreadable is not null
    ) as unreadable_values
    {%- for column in stream.columns.values() if (column.config.meta.codes or column.config.meta.range) %}
    {%- set meta = column.config.meta %}
    union all
    select
        '{{ stream.name }}' as stream,
        '{{ column.name }}' as column_name,
        'unknown code, loaded as it came' as problem,
        {{ column.name }}::varchar as code
    from {{ ref('stg_' ~ stream.name) }}
    where
        {{ column.name }} not {{ 'in ' ~ text_list(meta.codes) if meta.codes else 'between ' ~ meta.range[0] ~ ' and ' ~ meta.range[1] }}
        {{ "and event_type not in " ~ text_list(meta.required_for) if meta.required_for }}
    {%- endfor %}
    {%- endfor %}
)

select
    stream,
    column_name,
    problem,
    code,
    count(*) as row_count
from warnings
group by stream, column_name, problem, code
