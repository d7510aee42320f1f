{#- Whether an event of a stream comes after another event of the stream in event order. Both sides are column prefixes. -#}
{% macro is_later_event(later, later_at, earlier, earlier_at) -%}
    (
        {{ later }}.{{ later_at }} > {{ earlier }}.{{ earlier_at }}
        or {{ later }}.{{ later_at }} = {{ earlier }}.{{ earlier_at }}
        and ({{ sequence_order(later ~ '.sequence') }}, {{ later }}.event_id)
        > ({{ sequence_order(earlier ~ '.sequence') }}, {{ earlier }}.event_id)
    )
{%- endmacro %}

{#- A sequence as two values that compare in event order: nulls come after every number. -#}
{% macro sequence_order(sequence) -%}
    {{ sequence }} is null, coalesce({{ sequence }}, 0)
{%- endmacro %}
