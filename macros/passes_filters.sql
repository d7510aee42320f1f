{#-
    Whether a conversation, as it stands in a relation, passes the filters of the request; what is not set is in no list.
    Its channel_id and medium are facts of the conversation; priority, queue_id and tags are those of the relation's moment.
    `has_asked_tag` is the condition under which it has one of the tags that are asked for.
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
