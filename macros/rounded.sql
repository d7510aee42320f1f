{#- A quotient of whole numbers, not negative, as decimal(18,2) rounded half up, exactly; null where the divisor is 0. -#}
{% macro rounded_quotient(dividend, divisor) -%}
    (((200 * {{ dividend }} + {{ divisor }}) // nullif(2 * {{ divisor }}, 0))::decimal(18, 0) * 0.01)::decimal(18, 2)
{%- endmacro %}

{#- The average of whole numbers over the rows that meet a condition, rounded in the same way; null without such rows. -#}
{% macro average(number, condition) -%}
    {{ rounded_quotient(
        'sum(' ~ number ~ ') filter (where ' ~ condition ~ ')',
        'count(*) filter (where ' ~ condition ~ ')'
    ) }}
{%- endmacro %}

{#- A quotient of whole numbers, not negative, as a whole number rounded half up; null where the divisor is 0. -#}
{% macro whole_quotient(dividend, divisor) -%}
    ((2 * ({{ dividend }}) + ({{ divisor }})) // nullif(2 * ({{ divisor }}), 0))::bigint
{%- endmacro %}
