{#- One row for each element of a list; in a select list. -#}
{% macro each_element(list) -%}
    {{ adapter.dispatch('each_element')(list) }}
{%- endmacro %}

{% macro duckdb__each_element(list) -%}
    unnest({{ list }})
{%- endmacro %}

{#- One row for each whole number from one to another, both included; in a select list. -#}
{% macro each_number(from_number, to_number) -%}
    {{ adapter.dispatch('each_number')(from_number, to_number) }}
{%- endmacro %}

{% macro duckdb__each_number(from_number, to_number) -%}
    unnest(generate_series({{ from_number }}, {{ to_number }}))
{%- endmacro %}

{#- The elements of a comma-separated text as a list of a type; null where the text is empty. -#}
{% macro split_list(text, data_type) -%}
    {{ adapter.dispatch('split_list')(text, data_type) }}
{%- endmacro %}

{% macro duckdb__split_list(text, data_type) -%}
    string_split(nullif(replace({{ text }}, ', ', ','), ''), ',')::{{ data_type }}[]
{%- endmacro %}
