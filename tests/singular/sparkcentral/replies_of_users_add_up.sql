-- A failure means that the user export lost or doubled replies: they add up to the outbound messages with the id of a
-- human agent who is not listed as a bot.
with

messages as (
    select
        messages.org_id,
        count(*) as replies
    from {{ ref('messages') }} as messages
    left join {{ ref('users') }} as users
        on messages.org_id = users.org_id and messages.author_id = users.user_id
    where
        messages.direction = 'outbound'
        and messages.author_type = 'agent'
        and messages.author_id is not null
        and coalesce(users.user_type, 'human') = 'human'
    group by messages.org_id
),

agents as (
    select
        org_id,
        sum(replies) as replies
    from {{ ref('sparkcentral__user') }}
    group by org_id
    having sum(replies) > 0
)

select
    org_id,
    messages.replies as replies_written,
    agents.replies as replies_of_users
from messages
full outer join agents using (org_id)
where messages.replies is distinct from agents.replies
