{#- A sentiment from -2 to 2; null for any other number. -#}
{% macro known_sentiment(sentiment) -%}
    case when {{ sentiment }} between -2 and 2 then {{ sentiment }} end
{%- endmacro %}
