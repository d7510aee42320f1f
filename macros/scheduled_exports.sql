{#- The exposures in the folder of the exports, by name. -#}
{% macro scheduled_exports() %}
    {%- set schedules = [] -%}
    {%- set exposures = graph.exposures.values() if execute else [] -%}
    {%- for exposure in exposures if exposure.fqn[1] == 'exports' -%}
        {%- do schedules.append(exposure) -%}
    {%- endfor -%}
    {{ return(schedules | sort(attribute='name')) }}
{% endmacro %}

{#- The exports of a schedule, joined with `and`; it should have one. -#}
{% macro exports_of(exposure) %}
    {%- set names = [] -%}
    {%- for node in exposure.depends_on.nodes -%}
        {%- do names.append(node.split('.')[-1].replace('__', '.', 1)) -%}
    {%- endfor -%}
    {{ return(names | sort | join(' and ') or none) }}
{% endmacro %}

{#- A text, or the texts of a list joined by line feeds; null without any. No id or name has a line feed. -#}
{% macro lines_of(value) %}
    {{ return(none if value is none or value == [] else value if value is string else value | join('\n') if value is iterable else value | string) }}
{% endmacro %}

{#- The unknown options of an entry. -#}
{% macro unknown_options(meta) %}
    {%- set known = [
        'org', 'timezone', 'channels', 'columns', 'frequency', 'destination', 'format', 'locale', 'start', 'end',
        'delay', 'restate_days', 'formerly', 'hold_until_landed'
    ] -%}
    {{ return(meta.keys() | reject('in', known) | sort | list) }}
{% endmacro %}
