with

waits as (
    select
        waits.*,
        waits.ended_at is null or waits.ended_at >= moments.told_before as is_open
    from {{ ref('khoros_waits') }} as waits
    inner join {{ ref('req_khoros_report_scope') }} as moments using (org_id, conversation_id)
    where waits.from_at < moments.told_before
),

-- At most one wait of a conversation is open, and at most one is the first answered one.
told as (
    select
        org_id,
        conversation_id,
        max(tar_start_at) filter (where answer_number = 1 and not is_open) as answered_start_at,
        max(tar_start_at) filter (where is_open) as waiting_start_at,
        max(tar_start_at) filter (where wait_number = 1) as first_start_at,
        max(ended_by_message_id) filter (where answer_number = 1 and not is_open) as first_response_id,
        bool_or(is_open) as is_waiting
    from waits
    group by org_id, conversation_id
),

first_responses as (
    select * from {{ ref('khoros_responses') }}
    where response_type = 'FIRST'
)

-- The start is that of the wait that the first response answered, else of the open wait, else of the first wait.
select
    told.org_id,
    told.conversation_id,
    coalesce(told.answered_start_at, told.waiting_start_at, told.first_start_at) as tar_start_at,
    first_responses.published_at as first_response_published_at,
    first_responses.tar_s as first_tar_s,
    told.is_waiting
from told
left join first_responses
    on told.org_id = first_responses.org_id and told.first_response_id = first_responses.message_id
