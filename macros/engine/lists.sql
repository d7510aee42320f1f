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

{#- The elements of a comma-separated text as a list of a type, without spaces around them and without empty ones; null where there is none. -#}
{% macro split_list(text, data_type) -%}
    {{ adapter.dispatch('split_list')(text, data_type) }}
{%- endmacro %}

{% macro duckdb__split_list(text, data_type) -%}
    string_split(nullif(trim(regexp_replace({{ text }}, '\s*,[\s,]*', ',', 'g'), ', '), ''), ',')::{{ data_type }}[]
{%- endmacro %}

{#- Number of elements of a list. -#}
{% macro list_length(list) -%}
    {{ adapter.dispatch('list_length')(list) }}
{%- endmacro %}

{% macro duckdb__list_length(list) -%}
    len({{ list }})
{%- endmacro %}

{#- The element of a list at a position, counted from 1. -#}
{% macro list_element(list, position) -%}
    {{ adapter.dispatch('list_element')(list, position) }}
{%- endmacro %}

{% macro duckdb__list_element(list, position) -%}
    {{ list }}[{{ position }}]
{%- endmacro %}

{#- Whether two lists have an element in common. -#}
{% macro lists_overlap(list, other) -%}
    {{ adapter.dispatch('lists_overlap')(list, other) }}
{%- endmacro %}

{% macro duckdb__lists_overlap(list, other) -%}
    list_has_any({{ list }}, {{ other }})
{%- endmacro %}
