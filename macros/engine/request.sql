{#- What the session has set, null where it has not. -#}
{% macro session_variable(name, data_type) -%}
    {{ adapter.dispatch('session_variable')(name, data_type) }}
{%- endmacro %}

{% macro duckdb__session_variable(name, data_type) -%}
    getvariable('{{ name }}')::{{ data_type }}
{%- endmacro %}
