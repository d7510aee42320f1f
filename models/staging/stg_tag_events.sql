-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'tag_events') }}
{{ counted_once('tag_events') }}
