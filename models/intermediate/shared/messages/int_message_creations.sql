with

superseded as (
    select * from {{ ref('int_superseded_message_creations') }}
)

select
    created.org_id,
    created.message_id,
    created.conversation_id,
    created.event_id,
    created.occurred_at as created_at,
    created.sequence,
    created.actor_type,
    created.actor_id,
    created.direction,
    created.author_type,
    created.author_id,
    created.team_id,
    created.content,
    created.message_type,
    created.result_type,
    created.origin,
    created.outbound_type,
    created.system_user_type,
    created.post_url,
    created.published_at,
    created.in_reply_to_message_id,
    created.parent_message_id,
    created.sub_parent_message_id,
    created.source_profile_id,
    created.source_query_id,
    created.language,
    created.sentiment,
    created.likes,
    created.reach_rank,
    created.location_id,
    created.direction = 'inbound' and created.author_type = 'contact' as is_contact_message,
    created.owned_by_external_service,
    created.external_id
from {{ ref('stg_message_events') }} as created
left join superseded using (org_id, event_id)
where created.event_type = 'created' and superseded.event_id is null
