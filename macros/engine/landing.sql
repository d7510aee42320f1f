{#- The rows of a stream as landing_files has written them down: the columns of its contract, typed, and where each row lies. -#}
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

{#- A JSON object with the members of another in the place of its own, without members that are null. -#}
{% macro json_with(json, members) -%}
    {{ adapter.dispatch('json_with')(json, members) }}
{%- endmacro %}

{% macro duckdb__json_with(json, members) -%}
    json_merge_patch('{}', json_merge_patch({{ json }}, coalesce({{ members }}, '{}')))::varchar
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
