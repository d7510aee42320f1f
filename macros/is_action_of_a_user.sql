{#- Whether an event counts as a user's action: not by an automation, the system or a contact; an unknown actor counts as a user. -#}
{% macro is_action_of_a_user(actor_type) -%}
    coalesce({{ actor_type }} not in ('automation', 'system', 'contact'), true)
{%- endmacro %}
