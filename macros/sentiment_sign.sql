{#- The sign of a sentiment in a word; without a known one an empty text. -#}
{% macro sentiment_sign(sentiment) -%}
    case
        when {{ sentiment }} between 1 and 2 then 'POSITIVE'
        when {{ sentiment }} between -2 and -1 then 'NEGATIVE'
        when {{ sentiment }} = 0 then 'NEUTRAL'
        else ''
    end
{%- endmacro %}
