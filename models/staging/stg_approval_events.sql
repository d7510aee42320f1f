-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'approval_events') }}
{{ without_texts_of_erased_contacts('approval_events', 'actor_id', ['comment']) }}
