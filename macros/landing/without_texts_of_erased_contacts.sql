{#-
    The events of a stream, each once, without texts that an erased contact wrote before its erasure: the
    listed columns of events whose actor_type is contact and whose actor, the named column, is that contact.
    The key of the join is one expression: with a condition on one side of it the engine would compare all pairs.
-#}
{% macro without_texts_of_erased_contacts(stream, actor, texts) -%}
    with

    events as (
        {{ counted_once(stream) }}
    ),

    erased_contacts as (
        select * from {{ ref('erased_contacts') }}
    )

    select
        {{ all_columns_but('events', texts) }},
        {%- for text in texts %}
        case when not {{ is_before_erasure('events', stream) }} then events.{{ text }} end as {{ text }}{{ "," if not loop.last }}
        {%- endfor %}
    from events
    left join erased_contacts
        on events.org_id = erased_contacts.org_id
        and case when events.actor_type = 'contact' then events.{{ actor }} end = erased_contacts.contact_profile_id
{%- endmacro %}
