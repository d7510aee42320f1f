{#- All columns of a relation except some; for a select list. -#}
{% macro all_columns_but(relation, columns) -%}
    {{ adapter.dispatch('all_columns_but')(relation, columns) }}
{%- endmacro %}

{% macro duckdb__all_columns_but(relation, columns) -%}
    {{ relation }}.* exclude ({{ columns | join(', ') }})
{%- endmacro %}
