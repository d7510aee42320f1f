{{ newest_entities(ref('stg_contacts'), ['contact_profile_id'], [
    'person_id',
    'medium',
    'primary_identifier',
    'secondary_identifier',
    'display_name',
    'profile_image_url',
]) }}
