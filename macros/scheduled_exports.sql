{#- The exposures that lie among the exports, by name. -#}
{% macro scheduled_exports() %}
    {%- set schedules = [] -%}
    {%- set exposures = graph.exposures.values() if execute else [] -%}
    {%- for exposure in exposures if exposure.fqn[1] == 'exports' -%}
        {%- do schedules.append(exposure) -%}
    {%- endfor -%}
    {{ return(schedules | sort(attribute='name')) }}
{% endmacro %}
