{#-
    The current state of entities: the columns of the newest `upserted` row, and whether the newest row of all is `deleted`.
    An entity that has only a `deleted` row keeps its id.
-#}
{% macro newest_entities(relation, keys, columns) -%}
    with

    versions as (
        select
            *,
            row_number() over (
                partition by org_id, {{ keys | join(', ') }}
                order by occurred_at desc, sequence desc nulls first, event_id desc
            ) as newest_first,
            row_number() over (
                partition by org_id, {{ keys | join(', ') }}, event_type
                order by occurred_at desc, sequence desc nulls first, event_id desc
            ) as newest_first_of_type
        from {{ relation }}
    ),

    newest as (
        select * from versions
        where newest_first = 1
    ),

    described as (
        select * from versions
        where event_type = 'upserted' and newest_first_of_type = 1
    )

    select
        newest.org_id,
        {%- for key in keys %}
        newest.{{ key }},
        {%- endfor %}
        {%- for column in columns %}
        described.{{ column }},
        {%- endfor %}
        newest.event_type = 'deleted' as is_deleted
    from newest
    left join described
        on newest.org_id = described.org_id
        {%- for key in keys %}
        and newest.{{ key }} = described.{{ key }}
        {%- endfor %}
{%- endmacro %}
