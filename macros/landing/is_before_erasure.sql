{#-
    Whether a row of a stream comes before the erasure of a contact in event order (occurred_at, sequence with none
    last, event_id, stream name). Both sides are column prefixes: the row's alias and erased_contacts.
-#}
{% macro is_before_erasure(row, stream) -%}
    coalesce(
        {{ row }}.occurred_at < erased_contacts.erased_at
        or {{ row }}.occurred_at = erased_contacts.erased_at and (
            coalesce({{ row }}.sequence, {{ no_sequence() }}) < coalesce(erased_contacts.erased_sequence, {{ no_sequence() }})
            or coalesce({{ row }}.sequence, {{ no_sequence() }}) = coalesce(erased_contacts.erased_sequence, {{ no_sequence() }})
            and (
                {{ row }}.event_id < erased_contacts.erased_event_id
                or {{ row }}.event_id = erased_contacts.erased_event_id and '{{ stream }}' < 'contacts'
            )
        ),
        false
    )
{%- endmacro %}
