{#- A failure means that an export's columns are not in the order of its YAML, which is the order of the file. -#}
{% test columns_in_catalog_order(model) %}
select
    export_columns.column_name,
    view_columns.column_name as column_found
from {{ ref('export_columns') }} as export_columns
full outer join (
    select
        column_name,
        ordinal_position as position
    from information_schema.columns
    where table_schema = '{{ model.schema }}' and table_name = '{{ model.identifier }}'
) as view_columns
    on export_columns.position = view_columns.position
where
    coalesce(export_columns.family, '{{ model.schema }}') = '{{ model.schema }}'
    and coalesce(export_columns.export, '{{ model.identifier }}') = '{{ model.identifier }}'
    and export_columns.column_name is distinct from view_columns.column_name
{% endtest %}
