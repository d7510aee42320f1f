-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'topic_events') }}
{{ counted_once('topic_events') }}
