-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'approval_events') }}
{{ counted_once('approval_events') }}
