with

notes as (
    select * from {{ ref('notes') }}
    where deleted_at is null
),

conversations as (
    select
        org_id,
        conversation_id,
        channel_id
    from {{ ref('conversations') }}
)

select
    notes.org_id,
    notes.note_id,
    {{ unix_second('notes.created_at') }} as time,
    notes.author_id as user_id,
    notes.note,
    notes.message_id as result_id
from notes
inner join {{ ref('request') }} as request
    on notes.created_at >= request.window_start
    and notes.created_at < request.window_end
    and (request.org_id is null or notes.org_id = request.org_id)
left join conversations
    on notes.org_id = conversations.org_id and notes.conversation_id = conversations.conversation_id
where request.channels is null or array_contains(request.channels, conversations.channel_id)
