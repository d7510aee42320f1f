-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'inbox_session_events') }}
{{ counted_once('inbox_session_events') }}
