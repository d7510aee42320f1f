{#- A model lives in the schema of its folder as it stands, without a prefix for the target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{#- sparkcentral__message is reached as sparkcentral.message. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {{ custom_alias_name | trim if custom_alias_name else node.name.split('__') | last }}
{%- endmacro %}
