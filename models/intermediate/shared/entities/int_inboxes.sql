{{ newest_entities(ref('stg_inboxes'), ['inbox_id'], [
    'name',
    'first_reply_service_level_s',
    'service_level_s',
    'sla_id',
]) }}
