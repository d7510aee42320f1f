{#-
    Business hours at one instant of a row: join_business_hours adds the joins, in_business_hours the condition.
    It is evaluated at request time, only for the rows of a report, so that nothing is stored for the whole history.
-#}
{% macro join_business_hours(org_id, channel_id, at) -%}
    left join {{ ref('channels_with_opening_hours') }} as channels_with_hours
        on {{ org_id }} = channels_with_hours.org_id and {{ channel_id }} = channels_with_hours.channel_id
    left join {{ ref('opening_day_periods') }} as open_pieces
        on {{ org_id }} = open_pieces.org_id
        and {{ channel_id }} = open_pieces.channel_id
        and {{ unix_second(at) }} // 86400 = open_pieces.day_number
        and {{ unix_second(at) }} >= open_pieces.opens_second
        and {{ unix_second(at) }} < open_pieces.closes_second
{%- endmacro %}

{#- Whether the joined instant lies in opening hours; a channel that is unknown or has no hours is always open. -#}
{% macro in_business_hours() -%}
    (channels_with_hours.channel_id is null or open_pieces.channel_id is not null)
{%- endmacro %}
