{#-
    Left joins keep the sides on which they are written: the many rows on the left stream past small tables. The planner
    takes a filter on an event type for rarer than it is, and would build its table of the ten million.
-#}
{% macro joins_as_written() -%}
    {{ adapter.dispatch('joins_as_written')() }}
{%- endmacro %}

{% macro duckdb__joins_as_written() -%}
    set disabled_optimizers = 'build_side_probe_side'
{%- endmacro %}

{#- Sides as the planner likes them again. -#}
{% macro joins_as_planned() -%}
    {{ adapter.dispatch('joins_as_planned')() }}
{%- endmacro %}

{% macro duckdb__joins_as_planned() -%}
    reset disabled_optimizers
{%- endmacro %}
