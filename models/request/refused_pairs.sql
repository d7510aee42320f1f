{%- set window_start = session_variable('window_start', 'timestamptz') -%}
{%- set window_end = session_variable('window_end', 'timestamptz') -%}
{%- set timezone_offset = session_variable('timezone_offset', 'bigint') -%}
{%- set is_enabled = session_variable('enable_business_hour', 'boolean') -%}
{%- set business_hour_type = session_variable('business_hour_type', 'boolean') -%}
-- Rules that a pattern for one value cannot express: a window that ends before it begins, an offset with seconds, incomplete business hours.
with

checked as (
    select
        case
            when {{ window_end }} <= {{ window_start }} then 'window_end must be after window_start ' || {{ window_start }} || ', not ' || {{ window_end }}
            when {{ timezone_offset }} % 60000 <> 0 or abs({{ timezone_offset }}) > 50400000
                then 'timezone_offset must be whole minutes in milliseconds, at most 14 hours, not ' || {{ timezone_offset }}
            when {{ is_enabled }} and {{ business_hour_type }} is null then 'enable_business_hour = true needs business_hour_type'
            when not coalesce({{ is_enabled }}, false) and {{ business_hour_type }} is not null then 'business_hour_type needs enable_business_hour = true'
        end as mistake
)

select mistake
from checked
where mistake is not null
