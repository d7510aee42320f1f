{#- Whether people did it, or nobody known: not what runs by itself, nor what contacts do. -#}
{% macro is_action_of_a_user(actor_type) -%}
    coalesce({{ actor_type }} not in ('automation', 'system', 'contact'), true)
{%- endmacro %}
