{#- Parquet files as a relation, with the columns filename and file_row_number; no files are an empty relation. -#}
{% macro read_landing_files(paths) -%}
    {{ adapter.dispatch('read_landing_files')(paths) }}
{%- endmacro %}

{% macro duckdb__read_landing_files(paths) -%}
    {%- if paths -%}
    read_parquet([
        {%- for path in paths %}
        '{{ path | replace("'", "''") | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") }}'{{ "," if not loop.last }}
        {%- endfor %}
        ], hive_partitioning => false, binary_as_string => true, filename => true, file_row_number => true)
    {%- else -%}
    (select null::varchar as filename, null::bigint as file_row_number where false)
    {%- endif -%}
{%- endmacro %}

{#- A whole row, or some of its columns, as JSON text. -#}
{% macro row_as_json(row) -%}
    {{ adapter.dispatch('row_as_json')(row) }}
{%- endmacro %}

{% macro duckdb__row_as_json(row) -%}
    {%- if row is string -%}
    to_json({{ row }})::varchar
    {%- else -%}
    to_json(struct_pack({% for column in row %}{{ column }} := {{ column }}{{ ", " if not loop.last }}{% endfor %}))::varchar
    {%- endif -%}
{%- endmacro %}

{#- The text of one key of a JSON object. -#}
{% macro json_text(json, key) -%}
    {{ adapter.dispatch('json_text')(json, key) }}
{%- endmacro %}

{% macro duckdb__json_text(json, key) -%}
    ({{ json }} ->> '$.{{ key }}')
{%- endmacro %}

{#- The texts of some keys of a JSON object, as a list in their order. -#}
{% macro json_texts(json, keys) -%}
    {{ adapter.dispatch('json_texts')(json, keys) }}
{%- endmacro %}

{% macro duckdb__json_texts(json, keys) -%}
    ({{ json }} ->> ['$.{{ keys | join("', '$.") }}'])
{%- endmacro %}
