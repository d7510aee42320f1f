{#- The texts of a group as one, joined with ", " in the given order. -#}
{% macro joined_text(text, order_by) -%}
    {{ adapter.dispatch('joined_text')(text, order_by) }}
{%- endmacro %}

{% macro duckdb__joined_text(text, order_by) -%}
    string_agg({{ text }}, ', ' order by {{ order_by }})
{%- endmacro %}

{#- A 64-bit hash of two texts, equal for equal texts and hardly ever for others. -#}
{% macro hashed(first, second) -%}
    {{ adapter.dispatch('hashed')(first, second) }}
{%- endmacro %}

{% macro duckdb__hashed(first, second) -%}
    hash({{ first }}, {{ second }})
{%- endmacro %}
