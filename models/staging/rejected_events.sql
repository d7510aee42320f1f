-- depends_on: {{ ref('landing_files') }}
with

rejected as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    select
        '{{ stream.name }}' as stream,
        path,
        event_id,
        org_id,
        rejection_reason,
        row_json
    from ({{ landed(stream.name) }}) as landed_rows
    where rejection_reason is not null
    {%- endfor %}
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
        rejected.*,
        erased_contacts.contact_profile_id is not null or erased_messages.message_id is not null as is_erased
    from rejected
    left join erased_contacts
        on rejected.org_id = erased_contacts.org_id
        and rejected.stream in ('contacts', 'contact_attributes', 'message_events')
        and erased_contacts.contact_profile_id in (
            {{ json_text('rejected.row_json', 'contact_profile_id') }}, {{ json_text('rejected.row_json', 'author_id') }}
        )
    left join erased_messages
        on rejected.org_id = erased_messages.org_id
        and rejected.stream = 'message_events'
        and {{ json_text('rejected.row_json', 'message_id') }} = erased_messages.message_id
)

select
    stream,
    path,
    event_id,
    org_id,
    rejection_reason as reason,
    case when not is_erased then row_json end as row_json
from told
