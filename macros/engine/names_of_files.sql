{#- Number of bytes of a text in UTF-8. -#}
{% macro byte_length(text) -%}
    {{ adapter.dispatch('byte_length')(text) }}
{%- endmacro %}

{% macro duckdb__byte_length(text) -%}
    strlen({{ text }})
{%- endmacro %}

{#- Whether a text has no visible character: it is empty, or has only spaces, line breaks and control characters. -#}
{% macro is_blank(text) -%}
    {{ adapter.dispatch('is_blank')(text) }}
{%- endmacro %}

{% macro duckdb__is_blank(text) -%}
    not regexp_matches({{ text }}, '[^\s\p{Z}\p{C}]')
{%- endmacro %}

{#- A text as part of a file name: each character that a file name cannot have is written as %XX. -#}
{% macro escaped_name(text) -%}
    {{ adapter.dispatch('escaped_name')(text) }}
{%- endmacro %}

{% macro duckdb__escaped_name(text) -%}
    regexp_replace({{ text }}, '[\x00-\x1f\x7f/\\%]|^\.', '%XX', 'g')
{%- endmacro %}
