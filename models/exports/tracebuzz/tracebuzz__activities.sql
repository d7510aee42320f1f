with

activities as (
    select * from {{ ref('tracebuzz_activities') }}
),

conversations as (
    select
        org_id,
        conversation_id,
        channel_id
    from {{ ref('conversations') }}
)

select
    activities.org_id,
    activities.activity_id as id,
    activities.message_id as result_id,
    activities.org_id as member_id,
    activities.user_id,
    activities.activity_code as activity,
    activities.subject,
    {{ unix_second('activities.acted_at') }} as time,
    activities.duration_s as duration
from activities
inner join {{ ref('request') }} as request
    on activities.delivered_at >= request.window_start
    and activities.delivered_at < request.window_end
    and (request.org_id is null or activities.org_id = request.org_id)
left join conversations
    on activities.org_id = conversations.org_id and activities.conversation_id = conversations.conversation_id
where request.channels is null or array_contains(request.channels, conversations.channel_id)
