-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'action_events') }}
{{ without_texts_of_erased_contacts('action_events', 'user_id', ['subject']) }}
