{{ newest_entities(ref('stg_tags'), ['tag_id'], [
    'name',
    'category_id',
    'description',
    'words',
    'profiles',
    'websites',
    'profile_info',
    'location_id',
]) }}
