{#- Who acted, where agent columns ask: agents and virtual agents, and nobody else. -#}
{% macro acting_agent(actor_type, actor_id) -%}
    case when {{ actor_type }} in ('agent', 'virtual_agent') then {{ actor_id }} end
{%- endmacro %}
