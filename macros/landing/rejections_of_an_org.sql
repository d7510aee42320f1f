{#-
    The reasons to set a row aside for its org id: the id has no visible character, or it is too long for the names of
    files and folders that contain it. These names write unsafe characters and a leading dot as %XX.
-#}
{% macro rejections_of_an_org(org_id) -%}
    {%- set most = most_bytes_of_an_org_id() -%}
    when {{ is_blank(org_id) }} then 'org_id is empty or blank'
            when 3 * {{ byte_length(org_id) }} > {{ most }}
                and {{ byte_length(escaped_name(org_id)) }} > {{ most }}
                then 'org_id is too long for the name of a file: more than {{ most }} bytes'
{%- endmacro %}

{#-
    Largest number of bytes of an org id that fits the file and folder names of every family. File systems allow names of
    255 bytes, and a file is written as `.<name>.part` first.
-#}
{% macro most_bytes_of_an_org_id() %}
    {%- set room = [255] -%}
    {%- for export in export_models() -%}
        {%- set family = var('families')[export.schema] -%}
        {%- set widest = {
            'org_id': '', 'family': export.schema, 'folder': export.config.meta.folder, 'export': export.alias,
            'from': 'DDMMYYYYHHMMSS', 'to': 'DDMMYYYYHHMMSS', 'as_of': 'DDMMYYYYHHMMSS', 'unix': 'SSSSSSSSSSS',
            'run_id': '-' * 36, 'uuid': '-' * 36, 'extension': 'parquet',
        } -%}
        {%- for name in family.folder.split('/') + ['.' ~ family.file_name ~ '.part'] if '{org_id}' in name -%}
            {%- do room.append(255 - name.format(**widest) | length) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(room | min) }}
{% endmacro %}
