{#-
    The valid rows of a stream, each event once. Of several copies the first by ingested_at, then by occurred_at, then as
    text is kept. `deliveries` counts the copies, `copies_differ` says whether they differ in more than
    ingested_at. Only rows with a key whose hash occurs more than once, valid or not, are compared; equal hashes only
    select rows, the comparison itself is exact.
-#}
{% macro counted_once(stream) -%}
    {%- if execute -%}
    {%- set contract = landing_stream(stream) -%}
    {%- set columns = contract.columns.keys() | list -%}
    with

    repeated_keys as (
        select
            {{ hashed('org_id', 'event_id') }} as event_key,
            true as is_repeated
        from ({{ landed(stream) }}) as landed_rows
        group by event_key
        having count(*) > 1
    ),

    single_deliveries as (
        select
            landed_rows.*,
            1 as deliveries,
            false as copies_differ
        from ({{ landed(stream) }}) as landed_rows
        left join repeated_keys on {{ hashed('landed_rows.org_id', 'landed_rows.event_id') }} = repeated_keys.event_key
        where landed_rows.rejection_reason is null and repeated_keys.is_repeated is null
    ),

    copies as (
        select
            landed_rows.*,
            {{ delivered_content(stream) }} as content_delivered
        from ({{ landed(stream) }}) as landed_rows
        inner join repeated_keys on {{ hashed('landed_rows.org_id', 'landed_rows.event_id') }} = repeated_keys.event_key
        where landed_rows.rejection_reason is null
    ),

    repeated_deliveries as (
        select
            *,
            count(*) over (partition by org_id, event_id) as deliveries,
            min(content_delivered) over (partition by org_id, event_id)
            <> max(content_delivered) over (partition by org_id, event_id) as copies_differ,
            row_number() over (
                partition by org_id, event_id
                order by {{ delivery_order(stream) }}
            ) as delivery_number
        from copies
    )

    select
        {{ columns | join(',\n        ') }},
        nullif(unreadable, ',') as unreadable,
        deliveries,
        copies_differ
    from single_deliveries

    union all

    select
        {{ columns | join(',\n        ') }},
        nullif(unreadable, ',') as unreadable,
        deliveries,
        copies_differ
    from repeated_deliveries
    where delivery_number = 1
    {%- endif -%}
{%- endmacro %}

{#- A row as one text for comparison: every column of the contract but ingested_at. -#}
{% macro delivered_content(stream) -%}
    {{ row_as_json(landing_stream(stream).columns.keys() | reject('equalto', 'ingested_at') | list) }}
{%- endmacro %}

{#- The order of copies of an event: the first is kept. -#}
{% macro delivery_order(stream) -%}
    {%- if execute -%}
    coalesce(ingested_at, occurred_at), occurred_at, {{ row_as_json(landing_stream(stream).columns.keys() | list) }}
    {%- else -%}
    occurred_at
    {%- endif -%}
{%- endmacro %}
