with

-- Channel and network are those of the conversation, also before its creation. Priority, queue and tags are those just after the action.
acted as (
    select
        actions.*,
        conversations.channel_id,
        conversations.medium
    from {{ ref('req_khoros_action_states') }} as actions
    inner join {{ ref('conversations') }} as conversations
        on actions.org_id = conversations.org_id and actions.conversation_id = conversations.conversation_id
),

matching as (
    select
        acted.*,
        row_number() over (
            partition by acted.org_id, acted.conversation_id
            order by acted.occurred_at desc, acted.sequence desc nulls first, acted.event_id desc, acted.stream desc
        ) as newest_first
    from acted
    inner join {{ ref('req_khoros_filters') }} as filters on acted.org_id = filters.org_id
    {{ join_business_hours('acted.org_id', 'acted.channel_id', 'acted.occurred_at') }}
    where
        {{ passes_filters('filters', 'acted', 'acted.tags_in_force > 0') }}
        and (filters.business_hour_type is null or filters.business_hour_type = {{ in_business_hours() }})
)

select matching.*
from matching
inner join {{ ref('request') }} as request
    on matching.newest_first <= case when request.raiselimit then 2000 else 500 end
