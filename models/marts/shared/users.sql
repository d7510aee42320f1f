select
    org_id,
    user_id,
    user_type,
    name as user_name,
    email as user_email_address,
    reference as user_reference,
    group_name,
    location_id,
    location,
    team_ids,
    inbox_mode,
    is_disabled,
    user_type in ('virtual_agent', 'bot') as is_bot,
    is_deleted
from {{ ref('int_users') }}
