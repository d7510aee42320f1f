{#-
    Whether a conversation passes the filters of the request; a null value is in no list.
    Its channel_id and medium do not change; priority, queue_id and tags are those of the relation's point in time.
    `has_asked_tag` is the condition that it has one of the requested tags.
-#}
{% macro passes_filters(filters, conversation, has_asked_tag) -%}
    (
        ({{ filters }}.channels is null or array_contains({{ filters }}.channels, {{ conversation }}.channel_id))
        and ({{ filters }}.priorities is null or array_contains({{ filters }}.priorities, {{ conversation }}.priority))
        and ({{ filters }}.workqueue_ids is null or array_contains({{ filters }}.workqueue_ids, {{ conversation }}.queue_id))
        and ({{ filters }}.networks is null or array_contains({{ filters }}.networks, {{ conversation }}.medium))
        and ({{ filters }}.tag_ids is null or {{ has_asked_tag }})
    )
{%- endmacro %}
