-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'lock_events') }}
{{ counted_once('lock_events') }}
