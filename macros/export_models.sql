{#- The export models from their YAML, by family and name. -#}
{% macro export_models() %}
    {%- set models = [] -%}
    {%- set nodes = graph.nodes.values() if execute else [] -%}
    {%- for model in nodes if model.resource_type == 'model' and model.fqn[1] == 'exports' -%}
        {%- do models.append(model) -%}
    {%- endfor -%}
    {{ return(models | sort(attribute='name')) }}
{% endmacro %}

{#- A text as a SQL literal. -#}
{% macro text_literal(text) -%}
    {{ "'" ~ text | replace("'", "''") ~ "'" if text is not none else 'null::varchar' }}
{%- endmacro %}
