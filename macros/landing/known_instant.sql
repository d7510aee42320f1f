{#- An instant of the years 1 to 9999; null for any other (infinity, the year 290000), which counts as unreadable. -#}
{% macro known_instant(at) -%}
    case when {{ at }} >= timestamptz '0001-01-01 00:00:00+00' and {{ at }} < timestamptz '10000-01-01 00:00:00+00' then {{ at }} end
{%- endmacro %}

{#-
    The reasons to set a row aside for its occurred_at: a year outside 1970 to 2199, or more than a day after the row was
    ingested or, without ingested_at, after its file was last written. A file time on the first day of 1970 does not
    count: archives and file systems without file times write it.
-#}
{% macro rejections_of_time(occurred_at, ingested_at, written_at) -%}
    when {{ occurred_at }} < timestamptz '1970-01-01 00:00:00+00' or {{ occurred_at }} >= timestamptz '2200-01-01 00:00:00+00'
                then 'occurred_at is outside the years 1970 to 2199'
            when {{ microseconds_between(ingested_at, occurred_at) }} > {{ one_day() }} then 'occurred_at is more than a day after ingested_at'
            when {{ ingested_at }} is null and {{ written_at }} >= timestamptz '1970-01-02 00:00:00+00'
                and {{ microseconds_between(written_at, occurred_at) }} > {{ one_day() }}
                then 'occurred_at is more than a day after its file was last written'
{%- endmacro %}
