{#- The texts of a group as one, joined in the given order. -#}
{% macro joined_text(text, order_by, separator=', ') -%}
    {{ adapter.dispatch('joined_text')(text, order_by, separator) }}
{%- endmacro %}

{% macro duckdb__joined_text(text, order_by, separator) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{#- A 64-bit hash of two texts; equal texts have equal hashes, different texts almost never. -#}
{% macro hashed(first, second) -%}
    {{ adapter.dispatch('hashed')(first, second) }}
{%- endmacro %}

{% macro duckdb__hashed(first, second) -%}
    hash({{ first }}, {{ second }})
{%- endmacro %}

{#- The number that a text of digits stands for; null for any other text. -#}
{% macro whole_number_of(text) -%}
    {{ adapter.dispatch('whole_number_of')(text) }}
{%- endmacro %}

{% macro duckdb__whole_number_of(text) -%}
    case when regexp_full_match({{ text }}, '[0-9]+') then try_cast({{ text }} as bigint) end
{%- endmacro %}

{#- Edit distance of two texts: letters added, left out, replaced, or swapped with their neighbour. -#}
{% macro edit_distance(text, other) -%}
    {{ adapter.dispatch('edit_distance')(text, other) }}
{%- endmacro %}

{% macro duckdb__edit_distance(text, other) -%}
    damerau_levenshtein({{ text }}, {{ other }})
{%- endmacro %}
