{#- The sign of a sentiment as a word; an empty text without a known sentiment. -#}
{% macro sentiment_sign(sentiment) -%}
    case
        when {{ sentiment }} between 1 and 2 then 'POSITIVE'
        when {{ sentiment }} between -2 and -1 then 'NEGATIVE'
        when {{ sentiment }} = 0 then 'NEUTRAL'
        else ''
    end
{%- endmacro %}
