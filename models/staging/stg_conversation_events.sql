-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'conversation_events') }}
{{ counted_once('conversation_events') }}
