select
    users.org_id,
    users.user_id as id,
    users.user_name as name,
    users.group_name,
    users.user_email_address as email,
    users.user_reference as helpdesk_id,
    users.location,
    users.location_id
from {{ ref('users') }} as users
inner join {{ ref('request') }} as request
    on request.org_id is null or users.org_id = request.org_id
