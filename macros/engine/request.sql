{#- What the session has set, as a type; null where it has not, and where its value is none of that type. -#}
{% macro session_variable(name, data_type) -%}
    {{ adapter.dispatch('session_variable')(name, data_type) }}
{%- endmacro %}

{% macro duckdb__session_variable(name, data_type) -%}
    try_cast(getvariable('{{ name }}') as {{ data_type }})
{%- endmacro %}

{#- The variables that the session has set to something, as a relation: variable_name, and value as text. -#}
{% macro session_variables() -%}
    {{ adapter.dispatch('session_variables')() }}
{%- endmacro %}

{% macro duckdb__session_variables() -%}
    (select name as variable_name, value from duckdb_variables() where value <> 'NULL')
{%- endmacro %}

{#- True, unless a condition holds: then the query ends with a sentence. In a filter, which no choice of columns removes. -#}
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
