with

channel_ids as (
    select org_id, channel_id
    from {{ ref('channels') }}
    union all
    select org_id, channel_id
    from {{ ref('conversations') }}
),

queue_ids as (
    select org_id, queue_id
    from {{ ref('queues') }}
    union all
    select org_id, queue_id
    from {{ ref('stg_conversation_events') }}
),

team_ids as (
    select org_id, team_id
    from {{ ref('teams') }}
    union all
    select org_id, {{ each_element('team_ids') }} as team_id
    from {{ ref('stg_users') }}
    union all
    select org_id, assignee_team_id as team_id
    from {{ ref('stg_conversation_events') }}
    {%- for stream in ['conversation', 'lock', 'message', 'tag', 'topic', 'csat', 'approval', 'help'] %}
    union all
    select org_id, team_id
    from {{ ref('stg_' ~ stream ~ '_events') }}
    {%- endfor %}
)

select distinct
    org_id,
    'channels' as argument,
    channel_id as known_id
from channel_ids
where channel_id is not null
union all
select distinct
    org_id,
    'workqueue_ids' as argument,
    queue_id as known_id
from queue_ids
where queue_id is not null
union all
select distinct
    org_id,
    'team_ids' as argument,
    team_id as known_id
from team_ids
where team_id is not null
