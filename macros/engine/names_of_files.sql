{#- How many bytes a text has in UTF-8. -#}
{% macro byte_length(text) -%}
    {{ adapter.dispatch('byte_length')(text) }}
{%- endmacro %}

{% macro duckdb__byte_length(text) -%}
    strlen({{ text }})
{%- endmacro %}

{#- Whether a text has nothing that can be seen: it is empty, or all of it is spaces, line breaks and control characters. -#}
{% macro is_blank(text) -%}
    {{ adapter.dispatch('is_blank')(text) }}
{%- endmacro %}

{% macro duckdb__is_blank(text) -%}
    not regexp_matches({{ text }}, '[^\s\p{Z}\p{C}]')
{%- endmacro %}

{#- A text as it stands in the name of a file, each character that cannot stand there as %XX. -#}
{% macro escaped_name(text) -%}
    {{ adapter.dispatch('escaped_name')(text) }}
{%- endmacro %}

{% macro duckdb__escaped_name(text) -%}
    regexp_replace({{ text }}, '[\x00-\x1f\x7f/\\%]|^\.', '%XX', 'g')
{%- endmacro %}
