{{ newest_entities(ref('stg_teams'), ['team_id'], [
    'name',
]) }}
