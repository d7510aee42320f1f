{#- The interval of a request that sets none. Every interval of more than a week means calendar months. -#}
{% macro a_month_ms() -%}
    2678400000
{%- endmacro %}

{#- The error sentence for a request of more than 744 intervals. -#}
{% macro too_many_buckets(buckets) -%}
    'Too many buckets (' || {{ buckets }} || ') requested. Select a larger interval: '
    || 'set variable time_interval, or window_start and window_end, so that there are at most 744'
{%- endmacro %}
