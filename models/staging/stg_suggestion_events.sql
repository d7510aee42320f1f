-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'suggestion_events') }}
{{ counted_once('suggestion_events') }}
