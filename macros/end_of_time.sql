{#- Stands for "no end": it is later than every event. -#}
{% macro end_of_time() -%}
    timestamptz '9999-12-31 00:00:00+00'
{%- endmacro %}

{#- Stands for "no beginning": it is earlier than every event. -#}
{% macro beginning_of_time() -%}
    timestamptz '0001-01-01 00:00:00+00'
{%- endmacro %}
