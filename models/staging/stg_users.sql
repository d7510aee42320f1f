-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'users') }}
{{ counted_once('users') }}
