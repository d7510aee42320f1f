{#-
    Selects, from rows that were set aside (stream, path, file_row_number, org_id, row_json), those that may hold data of
    an erased contact: they name it as the contact, the author or the acting contact, or they belong to a message, a
    survey or the conversation of such a contact. A row without an org may belong to any org.
-#}
{% macro rows_of_erased_contacts(rows) -%}
    {%- set links = [
        ('contact_profile_id', 'erased_contacts', 'contact_profile_id', "stream in ('contacts', 'contact_attributes')"),
        ('author_id', 'erased_contacts', 'contact_profile_id', "stream in ('message_events', 'note_events')"),
        ('actor_id', 'erased_contacts', 'contact_profile_id', json_text('row_json', 'actor_type') ~ " = 'contact'"),
        ('user_id', 'erased_contacts', 'contact_profile_id', json_text('row_json', 'actor_type') ~ " = 'contact'"),
        ('message_id', 'erased_messages', 'message_id', "stream = 'message_events'"),
        ('survey_id', 'erased_surveys', 'survey_id', "stream = 'csat_events'"),
        ('conversation_id', 'erased_conversations', 'conversation_id', "stream in ('message_events', 'csat_events')"),
    ] -%}
    {%- for named, relation, id, condition in links %}
    {{ "union" if not loop.first }}
    select
        rows_set_aside.path,
        rows_set_aside.file_row_number
    from (
        select
            path,
            file_row_number,
            coalesce(trim(org_id), '') as org_id,
            {{ json_text('row_json', named) }} as named_id
        from {{ rows }}
        where {{ condition }}
    ) as rows_set_aside
    inner join {{ ref(relation) }} as erased
        on rows_set_aside.named_id = erased.{{ id }} and (rows_set_aside.org_id = '' or rows_set_aside.org_id = trim(erased.org_id))
    {%- endfor %}
{%- endmacro %}
