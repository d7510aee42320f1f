-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'channels') }}
{{ counted_once('channels') }}
