{{ config(materialized='table') }}

select
    first_replies.org_id,
    first_replies.conversation_id,
    profiles.channel_id,
    first_replies.waiting_from_at,
    first_replies.replied_at,
    first_replies.reply_message_id
from {{ ref('int_sparkcentral_first_replies') }} as first_replies
inner join {{ ref('int_conversation_profiles') }} as profiles using (org_id, conversation_id)
