with

requested as (
    select
        intervals.*,
        request.as_of
    from {{ ref('presence_intervals') }} as intervals
    inner join {{ ref('request') }} as request
        on intervals.from_at < request.window_end
        and (intervals.to_at > request.window_start or intervals.to_at is null)
        and (request.org_id is null or intervals.org_id = request.org_id)
    where intervals.presence in ('available', 'away')
)

select
    requested.org_id,
    requested.user_id,
    users.user_name,
    users.user_email_address,
    case requested.presence when 'available' then 'Available' when 'away' then 'Away' end as presence_type,
    requested.away_state,
    requested.from_at,
    requested.to_at,
    {{ seconds_between('requested.from_at', 'coalesce(requested.to_at, requested.as_of)') }} as duration_s
from requested
left join {{ ref('users') }} as users using (org_id, user_id)
