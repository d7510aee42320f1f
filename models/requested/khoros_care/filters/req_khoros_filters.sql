with

views as (
    select
        org_id,
        smart_view_id,
        {{ split_list('priorities', 'bigint') }} as priorities,
        {{ split_list('workqueue_ids', 'varchar') }} as workqueue_ids,
        {{ split_list('tag_ids', 'varchar') }} as tag_ids,
        {{ split_list('networks', 'varchar') }} as networks
    from {{ ref('smart_views') }}
    where smart_view_id in (select smart_view_id from {{ ref('session_request') }})
)

-- If the org does not have the requested smart view, it has no row and so no conversation matches.
select
    orgs.org_id,
    orgs.latest_event_at,
    request.channels,
    coalesce(views.priorities, request.priorities) as priorities,
    coalesce(views.workqueue_ids, request.workqueue_ids) as workqueue_ids,
    views.tag_ids,
    views.networks,
    request.business_hour_type
from {{ ref('orgs') }} as orgs
inner join {{ ref('session_request') }} as request on request.org_id is null or orgs.org_id = request.org_id
left join views on orgs.org_id = views.org_id and request.smart_view_id = views.smart_view_id
where request.smart_view_id is null or views.smart_view_id is not null
