{%- set org_id = session_variable('org_id', 'varchar') -%}
{%- set channels = session_variable('channels', 'varchar[]') -%}
{%- set smart_view_id = session_variable('smart_view_id', 'varchar') -%}
-- A request for one org may name ids of that org, a request for all orgs those of any org. An empty warehouse refuses no id.
-- An unset variable is a constant in the query plan, so nothing is read for it.
with

-- The rows with a null known_id keep an org that has no ids of the kind in the comparison.
compared as (
    select 'org_id' as variable_name, {{ org_id }} as asked_id, org_id as known_id
    from {{ ref('orgs') }}
    where {{ org_id }} is not null
    union distinct
    select 'channels' as variable_name, {{ each_element(channels) }} as asked_id, null as known_id
    from {{ ref('orgs') }}
    where {{ channels }} is not null and ({{ org_id }} is null or org_id = {{ org_id }})
    union distinct
    select 'channels' as variable_name, {{ each_element(channels) }} as asked_id, known_id
    from {{ ref('known_ids') }}
    where {{ channels }} is not null and ({{ org_id }} is null or org_id = {{ org_id }}) and argument = 'channels'
    union distinct
    select 'smart_view_id' as variable_name, {{ smart_view_id }} as asked_id, null as known_id
    from {{ ref('orgs') }}
    where {{ smart_view_id }} is not null and ({{ org_id }} is null or org_id = {{ org_id }})
    union distinct
    select 'smart_view_id' as variable_name, {{ smart_view_id }} as asked_id, smart_view_id as known_id
    from {{ ref('smart_views') }}
    where {{ smart_view_id }} is not null and ({{ org_id }} is null or org_id = {{ org_id }})
)

select
    'unknown ' || variable_name || ' ''' || asked_id || '''; known, the nearest first: '
    || left(coalesce({{ joined_text('known_id', edit_distance('asked_id', 'known_id') ~ ', known_id') }}, 'none'), 200) as mistake
from compared
group by variable_name, asked_id
having count_if(known_id = asked_id) = 0
