with

queues as (
    select org_id, queue_id as id
    from {{ ref('queues') }}
    union all
    select org_id, queue_id
    from {{ ref('stg_conversation_events') }}
),

teams as (
    select org_id, team_id as id
    from {{ ref('teams') }}
    union all
    select org_id, {{ each_element('team_ids') }} as id
    from {{ ref('stg_users') }}
    union all
    select org_id, assignee_team_id
    from {{ ref('stg_conversation_events') }}
    {%- for stream in ['conversation', 'lock', 'message', 'tag', 'topic', 'csat', 'approval', 'help'] %}
    union all
    select org_id, team_id
    from {{ ref('stg_' ~ stream ~ '_events') }}
    {%- endfor %}
)

select distinct
    org_id,
    'workqueue_ids' as argument,
    id
from queues
where id is not null
union all
select distinct
    org_id,
    'team_ids' as argument,
    id
from teams
where id is not null
