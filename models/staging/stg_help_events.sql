-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'help_events') }}
{{ without_texts_of_erased_contacts('help_events', 'actor_id', ['question', 'answer']) }}
