{#- In event order a row without a sequence comes after the rows of its instant that have one. -#}
{% macro no_sequence() -%}
    9223372036854775807
{%- endmacro %}
