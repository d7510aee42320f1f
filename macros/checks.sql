{#- Whether an instant lies in the range of years that calendar functions can compute with. -#}
{% macro is_of_our_years(at) -%}
    {{ at }} between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999999+00'
{%- endmacro %}

{#- The name of a variable without case, underscores and an ending id, ids or s. -#}
{% macro folded_name(name) -%}
    regexp_replace(replace(lower({{ name }}), '_', ''), '(ids?|s)$', '')
{%- endmacro %}
