{# Minutes are numbered from the Unix epoch, whole where an agent is in the inbox, or in a lock session, in any part of them. #}
with

staffed as (
    select
        org_id,
        user_id,
        inbox_id,
        from_s // 60 as from_minute,
        (to_s - 1) // 60 + 1 as to_minute
    from {{ ref('int_agent_stretches') }}
    where is_staffed and not is_any_inbox
),

agent_inboxes as (
    select distinct org_id, user_id, inbox_id
    from staffed
),

signals as (
    select org_id, user_id, inbox_id, from_minute, to_minute, 1 as stays, 0 as sessions
    from staffed
    union all
    select agent_inboxes.org_id, agent_inboxes.user_id, agent_inboxes.inbox_id, handled.from_minute, handled.to_minute, 0, 1
    from {{ ref('int_handle_minutes') }} as handled
    inner join agent_inboxes using (org_id, user_id)
),

steps as (
    select org_id, user_id, inbox_id, from_minute as minute_number, stays, sessions from signals
    union all
    select org_id, user_id, inbox_id, to_minute, -stays, -sessions from signals
),

net_steps as (
    select org_id, user_id, inbox_id, minute_number, sum(stays) as stays, sum(sessions) as sessions
    from steps
    group by org_id, user_id, inbox_id, minute_number
    having sum(stays) <> 0 or sum(sessions) <> 0
),

stretches as (
    select
        org_id,
        user_id,
        inbox_id,
        minute_number as from_minute,
        lead(minute_number) over along as to_minute,
        sum(stays) over along > 0 as is_staffed,
        sum(sessions) over along > 0 as is_active
    from net_steps
    window along as (
        partition by org_id, user_id, inbox_id
        order by minute_number
        rows between unbounded preceding and current row
    )
)

select
    org_id,
    user_id,
    inbox_id,
    from_minute,
    to_minute,
    is_active
from stretches
where is_staffed
