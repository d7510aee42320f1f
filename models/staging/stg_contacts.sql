-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'contacts') }}
{{ counted_once('contacts') }}
