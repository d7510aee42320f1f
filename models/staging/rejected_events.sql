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
        ingested_at,
        rejection_reason,
        {{ delivered_content(stream.name) }} as content_read
    from ({{ landed(stream.name) }}) as landed_rows
    where rejection_reason is not null
    {%- endfor %}
),

{# Whole rows are read again, and only where some were set aside. #}
row_texts as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    select
        *,
        {{ json_texts('row_json', stream.columns.keys() | reject('equalto', 'ingested_at') | list) }} as content_landed
    from ({{ landed_json(stream.name, 'rejected') }}) as row_texts_of_a_stream
    {%- endfor %}
),

{# A file may be delivered twice, and a row in two files: what the contract knows of it is then the same, but for ingested_at. #}
deliveries as (
    select
        rejected.*,
        row_texts.row_json,
        count(*) over (
            partition by rejected.stream, rejected.rejection_reason, rejected.content_read, row_texts.content_landed
        ) as deliveries,
        row_number() over (
            partition by rejected.stream, rejected.rejection_reason, rejected.content_read, row_texts.content_landed
            order by rejected.ingested_at nulls first, rejected.path, rejected.file_row_number
        ) as delivery_number
    from rejected
    inner join row_texts using (path, file_row_number)
),

erased_contacts as (
    select * from {{ ref('erased_contacts') }}
),

{# Of a person who asked to be forgotten only that a row was set aside may stay. #}
told as (
    select
        deliveries.*,
        owners.contact_profile_id is not null
        or authors.contact_profile_id is not null
        or erased_messages.message_id is not null as is_erased
    from deliveries
    left join erased_contacts as owners
        on deliveries.org_id = owners.org_id
        and deliveries.stream in ('contacts', 'contact_attributes', 'message_events')
        and {{ json_text('deliveries.row_json', 'contact_profile_id') }} = owners.contact_profile_id
    left join erased_contacts as authors
        on deliveries.org_id = authors.org_id
        and deliveries.stream in ('contacts', 'contact_attributes', 'message_events')
        and {{ json_text('deliveries.row_json', 'author_id') }} = authors.contact_profile_id
    left join {{ ref('erased_messages') }} as erased_messages
        on deliveries.org_id = erased_messages.org_id
        and deliveries.stream = 'message_events'
        and {{ json_text('deliveries.row_json', 'message_id') }} = erased_messages.message_id
    where deliveries.delivery_number = 1
)

select
    stream,
    path,
    file_row_number,
    event_id,
    org_id,
    rejection_reason as reason,
    case when not is_erased then row_json end as row_json,
    deliveries
from told
