-- Minutes are numbered from the Unix epoch. Only requested minutes are generated.
with

asked as (
    select
        request.org_id,
        min(pieces.from_s) // 60 as first_minute,
        (max(pieces.to_s) + 59) // 60 as end_minute
    from {{ ref('req_tracebuzz_delivered_periods') }} as pieces
    cross join {{ ref('request') }} as request
    group by request.org_id
),

stays as (
    select
        stretches.org_id,
        stretches.user_id,
        stretches.inbox_id,
        greatest(stretches.from_s // 60, asked.first_minute) as first_minute,
        least((stretches.to_s - 1) // 60, asked.end_minute - 1) as last_minute
    from {{ ref('tracebuzz_agent_periods') }} as stretches
    inner join asked
        on stretches.from_s < asked.end_minute * 60
        and stretches.to_s > asked.first_minute * 60
        and (asked.org_id is null or stretches.org_id = asked.org_id)
    where stretches.is_staffed and not stretches.is_any_inbox
),

-- If two periods share a minute, only the first one counts it.
separate_stays as (
    select
        *,
        lag(last_minute) over (
            partition by org_id, user_id, inbox_id
            order by first_minute, last_minute
        ) as minute_before
    from stays
),

staffed as (
    select
        org_id,
        user_id,
        inbox_id,
        {{ each_number('greatest(first_minute, coalesce(minute_before + 1, first_minute))', 'last_minute') }} as minute_number
    from separate_stays
),

sessions as (
    select
        spans.org_id,
        spans.user_id,
        {{ each_number('greatest(spans.from_s // 60, asked.first_minute)', 'least((spans.to_s - 1) // 60, asked.end_minute - 1)') }} as minute_number
    from {{ ref('tracebuzz_agent_sessions') }} as spans
    inner join asked
        on spans.from_s < asked.end_minute * 60
        and spans.to_s > asked.first_minute * 60
        and (asked.org_id is null or spans.org_id = asked.org_id)
    where spans.span_kind = 'lock' and spans.from_s < spans.to_s
),

active as (
    select distinct
        org_id,
        user_id,
        minute_number,
        true as is_active
    from sessions
)

select
    staffed.org_id,
    staffed.user_id,
    staffed.inbox_id,
    staffed.minute_number,
    coalesce(active.is_active, false) as is_active
from staffed
left join active using (org_id, user_id, minute_number)
