{#-
    The team for which an event was made: the team that the event names; where an agent's event names none, the one team in
    which the agent is now, if it is exactly one. join_own_team adds the join, acting_team the expression. Without an
    `actor_type` the actor of the event is always an agent.
-#}
{% macro join_own_team(org_id, agent_id, actor_type=none) -%}
    left join {{ ref('int_agent_teams') }} as own_teams
        on {{ org_id }} = own_teams.org_id
        and {% if actor_type %}case when {{ actor_type }} = 'agent' then {{ agent_id }} end{% else %}{{ agent_id }}{% endif %} = own_teams.agent_id
        and own_teams.is_only_team
{%- endmacro %}

{#- The team of the event, else the one that join_own_team joined. -#}
{% macro acting_team(team_id) -%}
    coalesce({{ team_id }}, own_teams.team_id)
{%- endmacro %}
