{#-
    The rows of a stream as they landed, read as the contract says: typed columns, null for the event types that do not
    list them, the position of a row (path, file_row_number), the reason to set it aside (rejection_reason), and the
    optional values that could not be read (unreadable).
-#}
{% macro landed(stream) -%}
    {%- if execute -%}
    {%- set contract = landing_stream(stream) -%}
    {%- set columns = contract.columns.values() | list -%}
    {%- set instants = columns | selectattr('data_type', 'equalto', 'timestamptz') | rejectattr('config.meta.key') | list -%}
    select
        path,
        file_row_number,
        unreadable
        {%- for column in instants %}
        || case when {{ column.name }} is not null and {{ known_instant(column.name) }} is null
            {%- if column.config.meta.event_types %} and event_type in {{ text_list(column.config.meta.event_types) }}{% endif %}
            then '{{ column.name }},' else '' end
        {%- endfor %} as unreadable,
        {%- for column in columns %}
        {{ read_for(column.config.meta.event_types, known_instant(column.name) if column in instants else column.name) }} as {{ column.name }},
        {%- endfor %}
        case
            {%- for column in columns if column.config.meta.key %}
            when {{ column.name }} is null then '{{ column.name }} is missing'
            {%- endfor %}
            when event_type not in {{ text_list(contract.config.meta.event_types) }} then 'unknown event_type'
            {{ rejections_of_an_org('org_id') }}
            {{ rejections_of_time('occurred_at', known_instant('ingested_at'), 'written_at') }}
            {%- for column in columns if column.config.meta.required_for %}
            {{ rejections(column) }}
            {%- endfor %}
        end as rejection_reason
    from {{ read_landed_rows(stream) }} as landed_rows
    left join (
        select path as written_path, modified_at as written_at
        from {{ ref('landing_files') }}
        where stream = '{{ stream }}'
    ) as written_files on landed_rows.path = written_files.written_path
    {%- endif -%}
{%- endmacro %}

{#- A column, null for rows of event types that do not list it. -#}
{% macro read_for(event_types, column) -%}
    {{ "case when event_type in " ~ text_list(event_types) ~ " then " ~ column ~ " end" if event_types else column }}
{%- endmacro %}

{#- The reasons to set a row aside for a missing required column. -#}
{% macro rejections(column) -%}
    {%- set meta = column.config.meta -%}
    {%- set required = "when event_type in " ~ text_list(meta.required_for) ~ " and " -%}
    {{ required }}unreadable like '%,{{ column.name }},%' then '{{ column.name }} cannot be read as {{ column.data_type }}'
            {{ required }}{{ column.name }} is null then '{{ column.name }} is missing'
            {%- if meta.codes %}
            {{ required }}{{ column.name }}::varchar not in {{ text_list(meta.codes) }} then 'unknown code in {{ column.name }}'
            {%- endif %}
            {%- if meta.range %}
            {{ required }}{{ column.name }} not between {{ meta.range[0] }} and {{ meta.range[1] }} then '{{ column.name }} is out of range'
            {%- endif %}
{%- endmacro %}

{#- Whole rows of a stream as JSON, for the path and file_row_number in a relation; unreadable values stand as in the file. -#}
{% macro landed_json(stream, relation) -%}
    {%- if execute %}
    select
        {{ relation }}.path,
        {{ relation }}.file_row_number,
        {{ json_with(row_as_json(landing_stream(stream).columns.keys() | list, 'landed_rows'), 'landed_rows.unread_values') }} as row_json
    from {{ relation }}
    inner join {{ read_landed_rows(stream) }} as landed_rows
        on {{ relation }}.path = landed_rows.path and {{ relation }}.file_row_number = landed_rows.file_row_number
    where {{ relation }}.stream = '{{ stream }}'
    {%- endif %}
{%- endmacro %}

{#- ('a', 'b') -#}
{% macro text_list(values) -%}
    ('{{ values | join("', '") }}')
{%- endmacro %}
