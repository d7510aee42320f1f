{#- What the session has set, null where it has not. -#}
{% macro session_variable(name, data_type) -%}
    {{ adapter.dispatch('session_variable')(name, data_type) }}
{%- endmacro %}

{% macro duckdb__session_variable(name, data_type) -%}
    getvariable('{{ name }}')::{{ data_type }}
{%- endmacro %}

{#- The time zone in which the session prints instants. -#}
{% macro session_time_zone() -%}
    {{ adapter.dispatch('session_time_zone')() }}
{%- endmacro %}

{% macro duckdb__session_time_zone() -%}
    current_setting('TimeZone')
{%- endmacro %}
