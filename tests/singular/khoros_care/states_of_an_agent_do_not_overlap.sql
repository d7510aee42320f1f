-- A failure means that an agent was in two states at once.
with

states as (
    select
        org_id,
        agent_id,
        state_start_at,
        state_end_at,
        lead(state_start_at) over (partition by org_id, agent_id order by state_start_at) as next_start_at
    from {{ ref('khoros_care__raw_agent_states') }}
)

select *
from states
where next_start_at is not null and (state_end_at is null or state_end_at > next_start_at)
