-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'csat_events') }}
{{ counted_once('csat_events') }}
