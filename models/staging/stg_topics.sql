-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'topics') }}
{{ counted_once('topics') }}
