{{ newest_entities(ref('stg_topics'), ['topic_id'], [
    'name',
]) }}
