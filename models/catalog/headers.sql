with

english as (
    select
        family,
        export,
        column_name,
        'en' as locale,
        header
    from {{ ref('export_columns') }}
    where is_delivered
),

translated as (
    select
        family,
        export,
        column_name,
        locale,
        header
    from {{ ref('header_translations') }}
)

select * from english
union all
select * from translated
