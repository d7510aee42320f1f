-- Counts the open sessions and logins at each change of an agent's timeline, per inbox and over all inboxes.
with

inbox_spans as (
    select * from {{ ref('tracebuzz_agent_sessions') }}
    where span_kind = 'inbox' and from_s < to_s
),

login_spans as (
    select * from {{ ref('tracebuzz_agent_logins') }}
),

agent_inboxes as (
    select distinct org_id, user_id, inbox_id
    from inbox_spans
),

signals as (
    select org_id, user_id, false as is_any_inbox, inbox_id, from_s, to_s, 1 as sessions, 0 as logins
    from inbox_spans
    union all
    select org_id, user_id, true, null, from_s, to_s, 1, 0
    from inbox_spans
    union all
    select agent_inboxes.org_id, agent_inboxes.user_id, false, agent_inboxes.inbox_id, login_spans.from_s, login_spans.to_s, 0, 1
    from login_spans
    inner join agent_inboxes using (org_id, user_id)
    union all
    select org_id, user_id, true, null, from_s, to_s, 0, 1
    from login_spans
),

steps as (
    select org_id, user_id, is_any_inbox, inbox_id, from_s as at_s, sessions, logins from signals
    union all
    select org_id, user_id, is_any_inbox, inbox_id, to_s, -sessions, -logins from signals
),

net_steps as (
    select org_id, user_id, is_any_inbox, inbox_id, at_s, sum(sessions) as sessions, sum(logins) as logins
    from steps
    group by org_id, user_id, is_any_inbox, inbox_id, at_s
    having sum(sessions) <> 0 or sum(logins) <> 0
),

stretches as (
    select
        org_id,
        user_id,
        is_any_inbox,
        inbox_id,
        at_s as from_s,
        lead(at_s) over along as to_s,
        sum(sessions) over along > 0 as is_staffed,
        sum(logins) over along > 0 as is_logged_in
    from net_steps
    window along as (
        partition by org_id, user_id, is_any_inbox, inbox_id
        order by at_s
        rows between unbounded preceding and current row
    )
)

select * from stretches
where is_staffed or is_any_inbox and is_logged_in
