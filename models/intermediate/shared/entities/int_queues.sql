{{ newest_entities(ref('stg_queues'), ['queue_id'], [
    'name',
]) }}
