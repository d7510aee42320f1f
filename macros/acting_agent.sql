{#- The actor for agent columns: actor_id if the actor is an agent or a virtual agent, else null. -#}
{% macro acting_agent(actor_type, actor_id) -%}
    case when {{ actor_type }} in ('agent', 'virtual_agent') then {{ actor_id }} end
{%- endmacro %}
