{#- The value of a session variable as a type; null if it is not set or cannot be read as that type. -#}
{% macro session_variable(name, data_type) -%}
    {{ adapter.dispatch('session_variable')(name, data_type) }}
{%- endmacro %}

{% macro duckdb__session_variable(name, data_type) -%}
    try_cast(getvariable('{{ name }}') as {{ data_type }})
{%- endmacro %}

{#- The session variables with a value, as a relation: variable_name, and value as text. -#}
{% macro session_variables() -%}
    {{ adapter.dispatch('session_variables')() }}
{%- endmacro %}

{% macro duckdb__session_variables() -%}
    (select name as variable_name, value from duckdb_variables() where value <> 'NULL')
{%- endmacro %}

{#- True, or an error that ends the query with a sentence if a condition holds. For a filter, which is evaluated whatever columns are selected. -#}
{% macro refused_if(condition, sentence) -%}
    {{ adapter.dispatch('refused_if')(condition, sentence) }}
{%- endmacro %}

{% macro duckdb__refused_if(condition, sentence) -%}
    case when {{ condition }} then error({{ sentence }})::boolean else true end
{%- endmacro %}

{#- The time zone in which the session prints instants. -#}
{% macro session_time_zone() -%}
    {{ adapter.dispatch('session_time_zone')() }}
{%- endmacro %}

{% macro duckdb__session_time_zone() -%}
    current_setting('TimeZone')
{%- endmacro %}
