{#- Whether an event of a stream comes after another of it in event order. Both sides are column prefixes. -#}
{% macro is_later_event(later, later_at, earlier, earlier_at) -%}
    (
        {{ later }}.{{ later_at }} > {{ earlier }}.{{ earlier_at }}
        or {{ later }}.{{ later_at }} = {{ earlier }}.{{ earlier_at }}
        and (coalesce({{ later }}.sequence, {{ no_sequence() }}), {{ later }}.event_id)
        > (coalesce({{ earlier }}.sequence, {{ no_sequence() }}), {{ earlier }}.event_id)
    )
{%- endmacro %}
