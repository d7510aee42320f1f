{#- Any interval of more than a week stands for calendar months; this is the one of a request that sets none. -#}
{% macro a_month_ms() -%}
    2678400000
{%- endmacro %}

{#- The sentence with which a request for more than 744 buckets is refused. -#}
{% macro too_many_buckets(buckets) -%}
    'Too many buckets (' || {{ buckets }} || ') requested. Select a larger interval: '
    || 'set variable time_interval, or window_start and window_end, so that there are at most 744'
{%- endmacro %}
