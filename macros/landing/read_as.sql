{#- How a column of a file reads as a column of the contract; null where its type cannot be read at all. -#}
{% macro read_as(column, data_type, file_type) -%}
    {%- set whole = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER'] -%}
    {%- set number = file_type.startswith(('DECIMAL', 'DOUBLE', 'FLOAT', 'HUGEINT', 'UHUGEINT', 'UBIGINT')) -%}
    {%- set nested = file_type.endswith(']') or file_type.startswith(('STRUCT', 'MAP', 'UNION')) -%}
    {%- if file_type == data_type | upper or (data_type == 'timestamptz' and file_type == 'TIMESTAMP WITH TIME ZONE') -%}
        {{ column }}
    {%- elif file_type == 'NULL' -%}
        null::{{ data_type }}
    {%- elif data_type == 'varchar' and not nested or data_type == 'bigint' and file_type in whole -%}
        {{ column }}::{{ data_type }}
    {%- elif data_type == 'bigint' and (number or file_type == 'VARCHAR') -%}
        case when try_cast({{ column }} as double) = trunc(try_cast({{ column }} as double)) then try_cast({{ column }} as bigint) end
    {%- elif data_type == 'boolean' and (file_type in whole or file_type == 'VARCHAR') or data_type.endswith(']') and file_type.endswith(']') -%}
        try_cast({{ column }} as {{ data_type }})
    {%- else -%}
        null::{{ data_type }}
    {%- endif -%}
{%- endmacro %}
