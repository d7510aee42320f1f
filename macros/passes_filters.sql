{#- Whether a conversation, as it stands in a relation, passes the filters of the request; what is not set is in no list. -#}
{% macro passes_filters(filters, conversation) -%}
    (
        ({{ filters }}.channels is null or array_contains({{ filters }}.channels, {{ conversation }}.channel_id))
        and ({{ filters }}.priorities is null or array_contains({{ filters }}.priorities, {{ conversation }}.priority))
        and ({{ filters }}.workqueue_ids is null or array_contains({{ filters }}.workqueue_ids, {{ conversation }}.queue_id))
        and ({{ filters }}.networks is null or array_contains({{ filters }}.networks, {{ conversation }}.medium))
    )
{%- endmacro %}
