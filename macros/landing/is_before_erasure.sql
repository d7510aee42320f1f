{#-
    Whether a row of a stream comes before the erasure of a contact in event order (occurred_at, sequence with nulls
    last, event_id, stream name). Both sides are column prefixes: the row's alias, and that of a relation with the
    erasure's columns. False where there is no erasure.
-#}
{% macro is_before_erasure(row, stream, erasure='erased_contacts') -%}
    coalesce(
        {{ row }}.occurred_at < {{ erasure }}.erased_at
        or {{ row }}.occurred_at = {{ erasure }}.erased_at and (
            coalesce({{ row }}.sequence, {{ no_sequence() }}) < coalesce({{ erasure }}.erased_sequence, {{ no_sequence() }})
            or coalesce({{ row }}.sequence, {{ no_sequence() }}) = coalesce({{ erasure }}.erased_sequence, {{ no_sequence() }})
            and (
                {{ row }}.event_id < {{ erasure }}.erased_event_id
                or {{ row }}.event_id = {{ erasure }}.erased_event_id and '{{ stream }}' < 'contacts'
            )
        ),
        false
    )
{%- endmacro %}
