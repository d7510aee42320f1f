with

positions as (
    select
        org_id,
        user_id,
        team_ids,
        {{ each_number('1', list_length('team_ids')) }} as position
    from {{ ref('users') }}
),

listed as (
    select
        org_id,
        user_id,
        position,
        {{ list_element('team_ids', 'position') }} as team_id
    from positions
)

select
    listed.org_id,
    listed.user_id,
    {{ joined_text('listed.team_id', 'listed.position') }} as team_ids,
    {{ joined_text("coalesce(teams.team_name, '')", 'listed.position') }} as team_names
from listed
left join {{ ref('teams') }} as teams using (org_id, team_id)
where listed.team_id is not null
group by listed.org_id, listed.user_id
