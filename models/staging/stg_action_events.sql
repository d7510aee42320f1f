-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'action_events') }}
{{ counted_once('action_events') }}
