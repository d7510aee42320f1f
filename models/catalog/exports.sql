-- The available exports, from the YAML of the export models and the variables of their families.
with

exports as (
    {%- for export in export_models() %}
    {%- set meta = export.config.meta %}
    {%- set family = var('families')[export.schema] %}
    {%- set bucket = ('quarter hour' if 'interval_start' in export.columns else 'day') if meta.get('restates_days') else none %}
    {{ "union all" if not loop.first }}
    select
        '{{ export.schema }}' as family,
        '{{ export.alias }}' as export,
        '{{ export.schema }}.{{ export.alias }}' as view_name,
        '{{ meta.folder }}' as folder,
        {{ text_literal(export.description.split('. ')[0] ~ '.') }} as grain,
        {{ text_literal(export.description) }} as description,
        {{ meta.has_window | lower }} as has_window,
        {{ meta.has_as_of | lower }} as has_as_of,
        {{ meta.get('uses_channels', true) | lower }} as uses_channels,
        {{ text_literal(bucket) }} as bucket,
        string_split('{{ meta.order_by | join(',') }}', ',') as order_by,
        {%- set arguments = family.get('arguments', []) + meta.get('arguments', []) %}
        {{ "string_split('" ~ arguments | join(',') ~ "', ',')" if arguments else 'null::varchar[]' }} as arguments,
        {{ text_literal(family.folder) }} as folder_pattern,
        {{ text_literal(family.file_name) }} as file_name_pattern,
        {{ text_literal(family.get('preamble')) }} as preamble,
        {{ text_literal(family.time_zone) }} as default_time_zone,
        '{{ family.format }}' as default_format,
        '{{ family.timestamp_format }}' as timestamp_format
    {%- endfor %}
)

select * from exports
