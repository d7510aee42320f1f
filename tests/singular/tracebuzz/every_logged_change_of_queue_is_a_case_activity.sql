-- A failure means that a change of queue in activities is missing in case_activities of the same window, or differs there.
select
    activities.org_id,
    activities.id,
    case_activities.id as case_activity_id
from {{ ref('tracebuzz__activities') }} as activities
left join {{ ref('tracebuzz__case_activities') }} as case_activities
    on activities.org_id = case_activities.org_id
    and activities.id = 'conversation_events:' || case_activities.id || ':36'
where
    activities.activity = 36
    and (
        case_activities.id is null
        or activities.user_id is distinct from case_activities.user_id
        or activities.subject is distinct from case_activities.new_value
        or activities.time is distinct from case_activities.time
    )
