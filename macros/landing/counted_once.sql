{#-
    The valid rows of a stream, each event once: of several copies the one ingested first, then the one that occurred
    first, then the first as text. `deliveries` counts the copies. Only events that came more than once are compared.
-#}
{% macro counted_once(stream) -%}
    {%- if execute -%}
    {%- set contract = landing_stream(stream) -%}
    {%- set columns = contract.columns.keys() | list -%}
    with

    repeated_events as (
        select
            org_id,
            event_id,
            count(*) as deliveries
        from ({{ landed(stream) }}) as landed_rows
        where rejection_reason is null
        group by org_id, event_id
        having count(*) > 1
    ),

    single_deliveries as (
        select
            landed_rows.*,
            1 as deliveries
        from ({{ landed(stream) }}) as landed_rows
        left join repeated_events using (org_id, event_id)
        where landed_rows.rejection_reason is null and repeated_events.deliveries is null
    ),

    repeated_deliveries as (
        select
            landed_rows.*,
            repeated_events.deliveries,
            row_number() over (
                partition by org_id, event_id
                order by
                    coalesce(ingested_at, occurred_at),
                    occurred_at,
                    {{ row_as_json(columns) }}
            ) as delivery_number
        from ({{ landed(stream) }}) as landed_rows
        inner join repeated_events using (org_id, event_id)
        where landed_rows.rejection_reason is null
    )

    select
        {{ columns | join(',\n        ') }},
        nullif(unreadable, ',') as unreadable,
        deliveries
    from single_deliveries

    union all

    select
        {{ columns | join(',\n        ') }},
        nullif(unreadable, ',') as unreadable,
        deliveries
    from repeated_deliveries
    where delivery_number = 1
    {%- endif -%}
{%- endmacro %}
