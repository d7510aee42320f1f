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

{# Of a person who asked to be forgotten only that a row was set aside may stay. #}
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
    event_id,
    org_id,
    rejection_reason as reason,
    case when not is_erased then row_json end as row_json
from told
