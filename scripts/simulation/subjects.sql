-- The subjects of stories in one part of the period: conversations and agents' days.
-- Every draw is a hash of seed, subject and purpose: the same seed gives the same people, times and texts.
-- A hash of several values leaves low bits that go together; hashed once more they are independent.
create or replace macro draw(subject_no, purpose, below) as (
    (hash(hash(getvariable('seed')::bigint, subject_no, purpose)) % below::ubigint)::bigint
);

create or replace macro local_time(day_no, seconds) as (
    (getvariable('start')::date::timestamp + to_days(day_no::integer) + to_seconds(seconds::bigint))
    at time zone 'Europe/Brussels'
);

-- Instants are counted in milliseconds until they land: adding intervals to timestamptz costs as much as all the rest.
create or replace macro instant(ms) as make_timestamptz(ms * 1000);

create or replace macro one_of(list, number) as list[1 + number];

create or replace temp table conversations as
with numbered as (
    select
        range::bigint as subject_no,
        (range % getvariable('orgs'))::bigint as org_no,
        (range // getvariable('orgs'))::bigint as conversation_no,
        (range * getvariable('days') // getvariable('conversations'))::bigint as spread_day
    from range(getvariable('first_conversation')::bigint, getvariable('next_conversation')::bigint)
),

planned as (
    select
        *,
        -- The first conversations of each org have every story once, on the first morning.
        conversation_no < getvariable('conversation_stories') as is_showcase,
        isodow(getvariable('start')::date + spread_day::integer) as weekday,
        draw(subject_no, 'channel', getvariable('channels')) as channel_no,
        draw(subject_no, 'contact', 1000000) / 1000000.0 as contact_share,
        case draw(subject_no, 'stranger', 400)
            when 0 then getvariable('agents')
            else draw(subject_no, 'agent', getvariable('agents'))
        end as agent_no,
        draw(subject_no, 'colleague', getvariable('agents') - 1) + 1 as colleague,
        -- Most write by day, some at any hour.
        case draw(subject_no, 'night', 8)
            when 0 then draw(subject_no, 'second', 86400)
            else 25200 + draw(subject_no, 'second', 23400) + draw(subject_no, 'late', 23400)
        end as second_of_day
    from numbered
),

people as (
    select
        *,
        case
            when is_showcase then 0
            when weekday > 5 and draw(subject_no, 'weekend', 10) < 7 then greatest(spread_day + 5 - weekday, 0)
            else spread_day
        end as day_no,
        -- A few contacts write very often, most of them once or twice; a contact keeps to its medium.
        floor(contact_share * contact_share * getvariable('contacts_per_channel'))::bigint
        * getvariable('channels') + channel_no as contact_no,
        case
            when agent_no = getvariable('agents') then 0
            else (agent_no + colleague) % getvariable('agents')
        end as second_agent_no
    from planned
)

select
    subject_no,
    one_of(getvariable('org_ids'), org_no) as org_id,
    'c' || conversation_no + 1 as subject_id,
    case
        when is_showcase then conversation_no
        else one_of(getvariable('conversation_lot'), draw(subject_no, 'story', len(getvariable('conversation_lot'))))
    end as story,
    epoch_ms(
        case when is_showcase then local_time(0, 32400 + conversation_no) else local_time(day_no, second_of_day) end
    ) as begins_ms,
    40 + draw(subject_no, 'pace', 120) + draw(subject_no, 'patience', 100) as pace,
    0::bigint as sequence_before,
    conversation_no,
    case draw(subject_no, 'unknown channel', 250) when 0 then 'ch-unknown' else 'ch' || channel_no + 1 end as channel,
    'i' || channel_no % getvariable('inboxes') + 1 as inbox,
    one_of(getvariable('media'), channel_no % len(getvariable('media'))) as medium,
    medium not in ('whatsapp', 'email', 'sms', 'web', 'rtm') and draw(subject_no, 'public', 2) = 0 as is_public,
    'p' || contact_no + 1 as contact,
    'p' || draw(subject_no, 'passer-by', getvariable('contacts_per_channel')) * getvariable('channels') + channel_no + 1
        as passer_by,
    -- Every other contact writes English, the first of the languages.
    case draw(contact_no, 'foreign', 2)
        when 0 then 0
        else draw(contact_no, 'language', len(getvariable('languages')))
    end as language_no,
    one_of(getvariable('languages'), language_no) as subject_language,
    'a' || agent_no + 1 as agent_1,
    't' || agent_no % getvariable('teams') + 1 as team_1,
    'a' || second_agent_no + 1 as agent_2,
    't' || second_agent_no % getvariable('teams') + 1 as team_2,
    'va' || draw(subject_no, 'assistant', getvariable('virtual_agents')) + 1 as virtual_agent
from people;

create or replace temp table agent_days as
with days as (
    select
        org.range as org_no,
        day.range as day_no,
        agent.range as agent_no,
        -1 - ((org.range * getvariable('days') + day.range) * (getvariable('agents') + 1) + agent.range) as subject_no,
        isodow(getvariable('start')::date + day.range::integer) as weekday,
        -- An agent keeps a shift for a week.
        org.range * 1000000 + agent.range * 1000 + date_diff('week', date '2000-01-03', getvariable('start')::date + day.range::integer)
            as agent_week
    from range(getvariable('orgs')) as org
    cross join range(getvariable('first_day'), getvariable('next_day')) as day
    cross join range(getvariable('agents') + 1) as agent
)

select
    subject_no,
    one_of(getvariable('org_ids'), org_no) as org_id,
    'a' || agent_no + 1 || '-' || strftime(getvariable('start')::date + day_no::integer, '%Y%m%d') as subject_id,
    one_of(getvariable('shift_lot'), draw(agent_week, 'shift', len(getvariable('shift_lot')))) as story,
    epoch_ms(local_time(day_no, 0)) as begins_ms,
    100::bigint as pace,
    day_no * 100 as sequence_before,
    'a' || agent_no + 1 as agent_1
from days
where weekday < 6 or draw(subject_no, 'weekend', 6) = 0;

create or replace temp table subjects as
from conversations
union all by name
from agent_days;
