{{ newest_entities(ref('stg_channels'), ['channel_id'], [
    'medium',
    'name',
    'display_name',
    'inbox_id',
    'opening_timezone',
    'opening_hours',
    'holidays',
]) }}
