{#- The texts of a group as one, joined with ", " in the given order. -#}
{% macro joined_text(text, order_by) -%}
    {{ adapter.dispatch('joined_text')(text, order_by) }}
{%- endmacro %}

{% macro duckdb__joined_text(text, order_by) -%}
    string_agg({{ text }}, ', ' order by {{ order_by }})
{%- endmacro %}
