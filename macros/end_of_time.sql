{#- The instant that stands for no end: after it nothing happens. -#}
{% macro end_of_time() -%}
    timestamptz '9999-12-31 00:00:00+00'
{%- endmacro %}

{#- The instant that stands for no beginning: before it nothing happened. -#}
{% macro beginning_of_time() -%}
    timestamptz '0001-01-01 00:00:00+00'
{%- endmacro %}
