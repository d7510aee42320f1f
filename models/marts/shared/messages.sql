{{ config(pre_hook=joins_as_written(), post_hook=joins_as_planned()) }}

with

creations as (
    select * from {{ ref('int_message_creations') }}
),

updates as (
    select * from {{ ref('int_message_updates') }}
),

afterlives as (
    select * from {{ ref('int_message_last_events') }}
),

tags as (
    select * from {{ ref('int_message_tags') }}
),

marks as (
    select * from {{ ref('int_message_flags') }}
),

conversations as (
    select * from {{ ref('int_conversation_profiles') }}
)

select
    creations.org_id,
    creations.message_id,
    creations.conversation_id,
    conversations.channel_id,
    conversations.contact_profile_id,
    case
        when creations.is_contact_message then coalesce(creations.author_id, conversations.contact_profile_id)
        else conversations.contact_profile_id
    end as profile_id,
    creations.direction,
    creations.author_type,
    creations.author_id,
    {{ acting_team('creations.team_id') }} as team_id,
    coalesce(updates.content, creations.content) as content,
    creations.message_type,
    creations.result_type,
    creations.origin,
    creations.outbound_type,
    creations.system_user_type,
    conversations.conversation_url,
    creations.post_url,
    creations.in_reply_to_message_id,
    creations.parent_message_id,
    creations.sub_parent_message_id,
    creations.source_profile_id,
    creations.source_query_id,
    creations.language,
    creations.location_id,
    coalesce(updates.external_id, creations.external_id) as external_id,
    tags.tag_ids,
    tags.tag_names,
    tags.bracketed_tag_ids,
    coalesce(updates.sentiment, creations.sentiment) as sentiment,
    coalesce(updates.likes, creations.likes) as likes,
    coalesce(updates.reach_rank, creations.reach_rank) as reach_rank,
    creations.sequence,
    creations.is_contact_message,
    creations.owned_by_external_service,
    coalesce(marks.is_trashed, false) as is_trashed,
    coalesce(marks.is_favorited, false) as is_favorited,
    creations.created_at,
    creations.published_at,
    greatest(creations.created_at, coalesce(afterlives.last_event_at, creations.created_at)) as updated_at,
    afterlives.deleted_at,
    marks.checked_at
from creations
left join updates using (org_id, message_id)
left join afterlives using (org_id, message_id)
left join tags using (org_id, message_id)
left join marks using (org_id, message_id)
left join conversations using (org_id, conversation_id)
{{ join_own_team('creations.org_id', 'creations.author_id', 'creations.author_type') }}
