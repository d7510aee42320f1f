-- The contract of the landing zone as rows, so that models and users can query it.
with

landing_columns as (
    {%- for source in landing_streams() %}
    {%- for column in source.columns.values() %}
    {%- set meta = column.config.meta %}
    select
        '{{ source.name }}' as stream,
        {{ loop.index }} as position,
        '{{ column.name }}' as column_name,
        '{{ column.data_type }}' as data_type,
        {{ meta.get('key', false) | lower }} as is_key,
        '{{ meta.get('event_types', source.config.meta.event_types) | join(', ') }}' as event_types,
        '{{ meta.get('required_for', []) | join(', ') }}' as required_for,
        '{{ meta.get('codes', []) | join(', ') }}' as codes
    {{ "union all" if not loop.last }}
    {%- endfor %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select * from landing_columns
