{#- The rows of a stream as landing_files stored them: the columns of its contract, typed, and the file and row number of each row. -#}
{% macro read_landed_rows(stream) -%}
    {{ adapter.dispatch('read_landed_rows')(stream) }}
{%- endmacro %}

{% macro duckdb__read_landed_rows(stream) -%}
    read_parquet('{{ target.path | replace("'", "''") | replace("[", "[[]") | replace("*", "[*]") | replace("?", "[?]") }}.landed/{{ stream }}/*.parquet')
{%- endmacro %}

{#- Some columns of a row as JSON text. -#}
{% macro row_as_json(columns, row=none) -%}
    {{ adapter.dispatch('row_as_json')(columns, row) }}
{%- endmacro %}

{% macro duckdb__row_as_json(columns, row) -%}
    to_json(struct_pack({% for column in columns %}{{ column }} := {{ row ~ "." if row }}{{ column }}{{ ", " if not loop.last }}{% endfor %}))::varchar
{%- endmacro %}

{#- A JSON object updated with the members of another, without members that are null. -#}
{% macro json_with(json, members) -%}
    {{ adapter.dispatch('json_with')(json, members) }}
{%- endmacro %}

{% macro duckdb__json_with(json, members) -%}
    json_merge_patch('{}', json_merge_patch({{ json }}, coalesce({{ members }}, '{}')))::varchar
{%- endmacro %}

{#- The value of one key of a JSON object, as text. -#}
{% macro json_text(json, key) -%}
    {{ adapter.dispatch('json_text')(json, key) }}
{%- endmacro %}

{% macro duckdb__json_text(json, key) -%}
    ({{ json }} ->> '$.{{ key }}')
{%- endmacro %}

{#- The values of some keys of a JSON object, as a list of texts in the order of the keys. -#}
{% macro json_texts(json, keys) -%}
    {{ adapter.dispatch('json_texts')(json, keys) }}
{%- endmacro %}

{% macro duckdb__json_texts(json, keys) -%}
    ({{ json }} ->> ['$.{{ keys | join("', '$.") }}'])
{%- endmacro %}
