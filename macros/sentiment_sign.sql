{#- The sign of a sentiment in a word; without one an empty text. -#}
{% macro sentiment_sign(sentiment) -%}
    case when {{ sentiment }} > 0 then 'POSITIVE' when {{ sentiment }} < 0 then 'NEGATIVE' when {{ sentiment }} = 0 then 'NEUTRAL' else '' end
{%- endmacro %}
