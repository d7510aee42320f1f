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

-- Reads whole rows again, and only where rows were set aside.
row_texts as (
    {%- for stream in landing_streams() %}
    {{ "union all" if not loop.first }}
    select
        *,
        {{ json_texts('row_json', stream.columns.keys() | reject('equalto', 'ingested_at') | list) }} as content_landed
    from ({{ landed_json(stream.name, 'rejected') }}) as row_texts_of_a_stream
    {%- endfor %}
),

-- A file may be delivered twice, and a row in two files: deliveries of one row agree in every column of the contract but ingested_at.
deliveries as (
    select
        rejected.*,
        row_texts.row_json,
        count(*) over same_row as deliveries,
        row_number() over same_row_in_order as delivery_number
    from rejected
    inner join row_texts using (path, file_row_number)
    window
        same_row as (
            partition by rejected.stream, rejected.rejection_reason, rejected.content_read, row_texts.content_landed
        ),
        same_row_in_order as (
            partition by rejected.stream, rejected.rejection_reason, rejected.content_read, row_texts.content_landed
            order by rejected.ingested_at nulls first, rejected.path, rejected.file_row_number
        )
),

whole as (
    select * from deliveries
    where delivery_number = 1
),

-- A rejected row that may hold data of an erased contact keeps its reason but not its contents.
erased_rows as (
    {{ rows_of_erased_contacts('whole') }}
),

told as (
    select
        whole.*,
        erased_rows.path is not null as is_erased
    from whole
    left join erased_rows using (path, file_row_number)
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
