-- The columns of the exports in the order of their YAML, which is the order of the columns in the files.
with

export_columns as (
    {%- for export in export_models() %}
    {%- set is_last_export = loop.last %}
    {%- for column in export.columns.values() %}
    select
        '{{ export.schema }}' as family,
        '{{ export.alias }}' as export,
        {{ loop.index }} as position,
        '{{ column.name }}' as column_name,
        '{{ column.data_type }}' as data_type,
        {{ text_literal(column.config.meta.get('header')) }} as header,
        {{ column.config.meta.get('delivered', true) | lower }} as is_delivered,
        {{ text_literal(column.description) }} as description
    {{ "union all" if not (loop.last and is_last_export) }}
    {%- endfor %}
    {%- endfor %}
)

select * from export_columns
