-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'queues') }}
{{ counted_once('queues') }}
