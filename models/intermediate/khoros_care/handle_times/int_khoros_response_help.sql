with

responses as (
    select
        *,
        {{ unix_second('previous_human_at') }} as previous_second,
        {{ unix_second('occurred_at') }} as sent_second
    from {{ ref('int_khoros_wait_timeline') }}
    where is_human
),

clipped as (
    select
        responses.org_id,
        responses.message_id,
        greatest(stretches.from_second, coalesce(responses.previous_second, stretches.from_second)) as from_second,
        least(stretches.to_second, responses.sent_second) as to_second
    from responses
    inner join {{ ref('int_khoros_help_periods') }} as stretches using (org_id, conversation_id)
)

select
    org_id,
    message_id,
    sum(to_second - from_second)::bigint as expert_time_s
from clipped
where from_second < to_second
group by org_id, message_id
