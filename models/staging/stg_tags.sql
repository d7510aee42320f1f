-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'tags') }}
{{ counted_once('tags') }}
