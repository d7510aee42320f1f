{#- Codes as words of the Sparkcentral family; null for an unknown code. -#}
{% macro status_word(status) -%}
    case {{ status }} when 'new' then 'New' when 'pending' then 'Pending' when 'resolved' then 'Resolved' end
{%- endmacro %}

{% macro resolved_by_word(resolved_by) -%}
    case {{ resolved_by }}
        when 'agent' then 'Agent'
        when 'virtual_agent' then 'Virtual Agent'
        when 'bulk_resolve' then 'Bulk Resolve'
        when 'system' then 'System'
        when 'auto_resolve' then 'Auto-Resolve'
    end
{%- endmacro %}
