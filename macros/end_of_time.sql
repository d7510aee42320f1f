{#- The instant that stands for no end: after it nothing happens. -#}
{% macro end_of_time() -%}
    timestamptz '9999-12-31 00:00:00+00'
{%- endmacro %}
