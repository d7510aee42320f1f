-- depends_on: {{ ref('landing_files') }}, {{ source('raw', 'conversation_events') }}
{{ without_texts_of_erased_contacts('conversation_events', 'actor_id', ['resolve_reason', 'resolve_comment']) }}
