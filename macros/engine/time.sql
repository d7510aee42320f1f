{#- Whole seconds between two instants, each cut to its second first, so that the seconds of parts add up to those of the whole. -#}
{% macro seconds_between(from_at, to_at) -%}
    {{ adapter.dispatch('seconds_between')(from_at, to_at) }}
{%- endmacro %}

{% macro duckdb__seconds_between(from_at, to_at) -%}
    ({{ unix_second(to_at) }} - {{ unix_second(from_at) }})
{%- endmacro %}

{#-
    The instant a number of seconds after another, or before it. The result stays within the years 1 to 9999: more seconds
    than that range allows count as the largest allowed number.
-#}
{% macro seconds_after(at, seconds) -%}
    {{ adapter.dispatch('seconds_after')(at, seconds) }}
{%- endmacro %}

{% macro duckdb__seconds_after(at, seconds) -%}
    {{ at }} + to_seconds(case
            when {{ seconds }} > 246000000000 then 246000000000
            when {{ seconds }} < -62000000000 then -62000000000
            else {{ seconds }}
        end)
{%- endmacro %}

{#- The Unix second in which an instant lies. -#}
{% macro unix_second(at) -%}
    {{ adapter.dispatch('unix_second')(at) }}
{%- endmacro %}

{% macro duckdb__unix_second(at) -%}
    floor(epoch({{ at }}))::bigint
{%- endmacro %}

{#- The instant at which the clock of a time zone shows a local time; if it does twice, the later one; if never, the local time moved forward. -#}
{% macro instant_of(local_time, time_zone) -%}
    {{ adapter.dispatch('instant_of')(local_time, time_zone) }}
{%- endmacro %}

{% macro duckdb__instant_of(local_time, time_zone) -%}
    timezone({{ time_zone }}, {{ local_time }})
{%- endmacro %}

{#- The local date of an instant in a time zone. -#}
{% macro local_date(at, time_zone) -%}
    {{ adapter.dispatch('local_date')(at, time_zone) }}
{%- endmacro %}

{% macro duckdb__local_date(at, time_zone) -%}
    timezone({{ time_zone }}, {{ at }})::date
{%- endmacro %}

{#- The time zones the engine knows, as a relation of one column, time_zone. -#}
{% macro known_time_zones() -%}
    {{ adapter.dispatch('known_time_zones')() }}
{%- endmacro %}

{% macro duckdb__known_time_zones() -%}
    (select name as time_zone from pg_timezone_names()) as known_time_zones
{%- endmacro %}

{#- The elapsed time between two instants in microseconds; plain arithmetic, since calendars are slow and a day here is 24 hours. -#}
{% macro microseconds_between(from_at, to_at) -%}
    {{ adapter.dispatch('microseconds_between')(from_at, to_at) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(from_at, to_at) -%}
    (epoch_us({{ to_at }}) - epoch_us({{ from_at }}))
{%- endmacro %}

{#- 24 hours in microseconds. -#}
{% macro one_day() -%}
    86400000000
{%- endmacro %}

{#- The instant at which a Unix second begins. -#}
{% macro instant_of_second(unix_second) -%}
    {{ adapter.dispatch('instant_of_second')(unix_second) }}
{%- endmacro %}

{% macro duckdb__instant_of_second(unix_second) -%}
    to_timestamp({{ unix_second }})
{%- endmacro %}

{#- The local time of an instant in a time zone. -#}
{% macro local_clock(at, time_zone) -%}
    {{ adapter.dispatch('local_clock')(at, time_zone) }}
{%- endmacro %}

{% macro duckdb__local_clock(at, time_zone) -%}
    timezone({{ time_zone }}, {{ at }})
{%- endmacro %}

{#- The start of the quarter hour of a local time. -#}
{% macro quarter_hour_of(local_time) -%}
    {{ adapter.dispatch('quarter_hour_of')(local_time) }}
{%- endmacro %}

{% macro duckdb__quarter_hour_of(local_time) -%}
    make_time(hour({{ local_time }}), minute({{ local_time }}) // 15 * 15, 0)
{%- endmacro %}

{#- An instant as text with its offset, cut to the millisecond, at an offset of some minutes from UTC. -#}
{% macro printed_instant(at, offset_minutes) -%}
    {{ adapter.dispatch('printed_instant')(at, offset_minutes) }}
{%- endmacro %}

{% macro duckdb__printed_instant(at, offset_minutes) -%}
    strftime({{ at }} at time zone 'UTC' + to_minutes({{ offset_minutes }}), '%Y-%m-%dT%H:%M:%S.%g')
    || case when {{ offset_minutes }} < 0 then '-' else '+' end
    || lpad((abs({{ offset_minutes }}) // 60)::varchar, 2, '0') || ':' || lpad((abs({{ offset_minutes }}) % 60)::varchar, 2, '0')
{%- endmacro %}

{#- Offset of a time zone from UTC at an instant, in whole minutes. -#}
{% macro offset_minutes(at, time_zone) -%}
    {{ adapter.dispatch('offset_minutes')(at, time_zone) }}
{%- endmacro %}

{% macro duckdb__offset_minutes(at, time_zone) -%}
    (epoch_us(timezone({{ time_zone }}, {{ at }})) - epoch_us({{ at }})) // 60000000
{%- endmacro %}
