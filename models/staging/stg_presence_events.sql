-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'presence_events') }}
{{ counted_once('presence_events') }}
