{#- A model's schema is that of its folder, without a prefix for the target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{#- The alias of sparkcentral__message is message, in the schema sparkcentral. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {{ custom_alias_name | trim if custom_alias_name else node.name.split('__') | last }}
{%- endmacro %}
