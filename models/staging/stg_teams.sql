-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'teams') }}
{{ counted_once('teams') }}
