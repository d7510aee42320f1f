-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'inboxes') }}
{{ counted_once('inboxes') }}
