-- depends_on: {{ ref('landing_files') }}
with

rejected as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    select
        '{{ stream.name }}' as stream,
        path,
        file_row_number,
        event_id,
        org_id,
        rejection_reason
    from ({{ landed(stream.name) }}) as landed_rows
    where rejection_reason is not null
    {%- endfor %}
),

{# Whole rows are read again, and only where some were set aside. #}
row_texts as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    {{ landed_json(stream.name, 'rejected') }}
    {%- endfor %}
),

whole as (
    select
        rejected.*,
        row_texts.row_json
    from rejected
    inner join row_texts using (path, file_row_number)
),

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

erased_messages as (
    select * from {{ ref('erased_messages') }}
),

{# Of a person who asked to be forgotten only that a row was set aside may stay. #}
told as (
    select
        whole.*,
        erased_contacts.contact_profile_id is not null or erased_messages.message_id is not null as is_erased
    from whole
    left join erased_contacts
        on whole.org_id = erased_contacts.org_id
        and whole.stream in ('contacts', 'contact_attributes', 'message_events')
        and erased_contacts.contact_profile_id in (
            {{ json_text('whole.row_json', 'contact_profile_id') }}, {{ json_text('whole.row_json', 'author_id') }}
        )
    left join erased_messages
        on whole.org_id = erased_messages.org_id
        and whole.stream = 'message_events'
        and {{ json_text('whole.row_json', 'message_id') }} = erased_messages.message_id
)

select
    stream,
    path,
    event_id,
    org_id,
    rejection_reason as reason,
    case when not is_erased then row_json end as row_json
from told
