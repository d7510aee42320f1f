-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'note_events') }}
{{ counted_once('note_events') }}
