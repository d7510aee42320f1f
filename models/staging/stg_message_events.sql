-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'message_events') }}
{{ counted_once('message_events') }}
