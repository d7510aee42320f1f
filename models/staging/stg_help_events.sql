-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'help_events') }}
{{ counted_once('help_events') }}
