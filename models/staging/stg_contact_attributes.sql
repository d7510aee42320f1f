-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'contact_attributes') }}
{{ counted_once('contact_attributes') }}
