{#- The streams of the landing zone as the source YAML declares them, in order of their names. -#}
{% macro landing_streams() %}
    {%- set sources = graph.sources.values() if execute else [] -%}
    {{ return(sources | selectattr('source_name', 'equalto', 'raw') | selectattr('package_name', 'equalto', project_name) | sort(attribute='name')) }}
{% endmacro %}

{% macro landing_stream(stream) %}
    {{ return(landing_streams() | selectattr('name', 'equalto', stream) | first) }}
{% endmacro %}
