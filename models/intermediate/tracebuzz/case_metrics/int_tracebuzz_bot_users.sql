select
    org_id,
    user_id
from {{ ref('int_users') }}
where user_type in ('virtual_agent', 'bot')
