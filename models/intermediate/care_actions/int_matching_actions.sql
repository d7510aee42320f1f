with

{# A conversation has channel and contact from its creation on; until then the contact is the first who wrote. #}
acted as (
    select
        actions.*,
        conversations.channel_id as hours_channel_id,
        case
            when actions.channel_id is not null then conversations.contact_profile_id
            when not {{ is_later_event('authors', 'first_inbound_at', 'actions', 'occurred_at') }} then authors.contact_profile_id
        end as contact_profile_id
    from {{ ref('int_care_action_states') }} as actions
    inner join {{ ref('conversations') }} as conversations
        on actions.org_id = conversations.org_id and actions.conversation_id = conversations.conversation_id
    left join {{ ref('int_conversation_first_authors') }} as authors
        on actions.org_id = authors.org_id and actions.conversation_id = authors.conversation_id
),

networked as (
    select
        acted.*,
        coalesce(channels.medium, contacts.medium) as medium
    from acted
    left join {{ ref('channels') }} as channels using (org_id, channel_id)
    left join {{ ref('contacts') }} as contacts
        on acted.org_id = contacts.org_id and acted.contact_profile_id = contacts.contact_profile_id
),

matching as (
    select
        networked.*,
        row_number() over (
            partition by networked.org_id, networked.conversation_id
            order by networked.occurred_at desc, networked.sequence desc nulls first, networked.event_id desc, networked.stream desc
        ) as newest_first
    from networked
    inner join {{ ref('int_conversation_filters') }} as filters on networked.org_id = filters.org_id
    {{ join_business_hours('networked.org_id', 'networked.hours_channel_id', 'networked.occurred_at') }}
    where
        {{ passes_filters('filters', 'networked', 'networked.tags_in_force > 0') }}
        and (filters.business_hour_type is null or filters.business_hour_type = {{ in_business_hours() }})
)

select matching.*
from matching
inner join {{ ref('request') }} as request
    on matching.newest_first <= case when request.raiselimit then 2000 else 500 end
