-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'note_events') }}
{{ without_texts_of_erased_contacts('note_events', 'author_id', ['note']) }}
