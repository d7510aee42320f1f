with

-- The columns as known before told_before. Before its creation a conversation has no channel or inbox, and its contact is the first author.
known as (
    select
        moments.org_id,
        moments.conversation_id,
        moments.report_type,
        moments.moment_at,
        case when conversations.creation_event_at < moments.told_before then conversations.channel_id end as channel_id,
        case when conversations.creation_event_at < moments.told_before then conversations.inbox_id end as inbox_id,
        case when conversations.creation_event_at < moments.told_before then conversations.conversation_url end as conversation_url,
        case when conversations.creation_event_at < moments.told_before then conversations.display_number end as display_number,
        case
            when conversations.creation_event_at < moments.told_before then conversations.contact_profile_id
            else authors.contact_profile_id
        end as contact_profile_id,
        case
            when conversations.creation_event_at < moments.told_before then conversations.creation_event_at
            else conversations.first_event_at
        end as created_at
    from {{ ref('req_khoros_report_scope') }} as moments
    inner join {{ ref('conversations') }} as conversations using (org_id, conversation_id)
    left join {{ ref('conversation_first_authors') }} as authors
        on moments.org_id = authors.org_id
        and moments.conversation_id = authors.conversation_id
        and authors.first_inbound_at < moments.told_before
),

told as (
    select
        known.*,
        coalesce(channels.medium, contacts.medium) as medium,
        coalesce(statuses.status, 'new') as status,
        coalesce(statuses.reopen_count, 0) as reopen_count,
        statuses.closed_at,
        statuses.closed_by_agent_id,
        statuses.resolve_reason,
        statuses.resolve_comment,
        settings.priority,
        settings.queue_id,
        settings.assignee_id,
        settings.owner_id,
        settings.snooze_expires_at,
        tags.tags,
        tags.asked_tags
    from known
    left join {{ ref('req_khoros_report_statuses') }} as statuses using (org_id, conversation_id)
    left join {{ ref('req_khoros_report_settings') }} as settings using (org_id, conversation_id)
    left join {{ ref('req_khoros_report_tags') }} as tags using (org_id, conversation_id)
    left join {{ ref('channels') }} as channels
        on known.org_id = channels.org_id and known.channel_id = channels.channel_id
    left join {{ ref('contacts') }} as contacts
        on known.org_id = contacts.org_id and known.contact_profile_id = contacts.contact_profile_id
)

select told.*
from told
inner join {{ ref('req_khoros_filters') }} as filters on told.org_id = filters.org_id
{{ join_business_hours('told.org_id', 'told.channel_id', 'told.created_at') }}
where
    (told.report_type <> 'OPEN_AT_END' or told.status <> 'resolved')
    and {{ passes_filters('filters', 'told', 'told.asked_tags > 0') }}
    and (filters.business_hour_type is null or filters.business_hour_type = {{ in_business_hours() }})
