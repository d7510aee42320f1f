{{ newest_entities(ref('stg_users'), ['user_id'], [
    'user_type',
    'name',
    'email',
    'reference',
    'group_name',
    'location_id',
    'location',
    'team_ids',
    'inbox_mode',
    'is_disabled',
]) }}
