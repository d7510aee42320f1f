{#-
    Keeps the sides of left joins as written: the many rows on the left stream past small tables on the right. The planner
    underestimates a filter on an event type, and would build the hash table from the ten million rows.
-#}
{% macro joins_as_written() -%}
    {{ adapter.dispatch('joins_as_written')() }}
{%- endmacro %}

{% macro duckdb__joins_as_written() -%}
    set disabled_optimizers = 'build_side_probe_side'
{%- endmacro %}

{#- Lets the planner choose the sides of joins again. -#}
{% macro joins_as_planned() -%}
    {{ adapter.dispatch('joins_as_planned')() }}
{%- endmacro %}

{% macro duckdb__joins_as_planned() -%}
    reset disabled_optimizers
{%- endmacro %}
