{#- A sentiment from -2 to 2; any other number is none. -#}
{% macro known_sentiment(sentiment) -%}
    case when {{ sentiment }} between -2 and 2 then {{ sentiment }} end
{%- endmacro %}
