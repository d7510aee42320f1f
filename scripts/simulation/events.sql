-- Every step of a story for every subject of the part: one view of all streams with all their columns.
-- Stand-ins become the subject's people and labels; ids of messages, surveys and the like begin with the subject's.
create or replace macro person(stand_in, agent_1, agent_2, virtual_agent, contact, passer_by := null) as (
    case stand_in
        when 'a1' then agent_1
        when 'a2' then agent_2
        when 'va1' then virtual_agent
        when 'p1' then contact
        when 'p2' then passer_by
        else stand_in
    end
);

create or replace macro team(stand_in, team_1, team_2) as (
    case stand_in when 'a1' then team_1 when 'a2' then team_2 end
);

create or replace temp view told as
select
    subjects.*,
    steps.* exclude (story),
    subjects.subject_no * 1000 + steps.step as event_no,
    steps.stream = 'message_events' and steps.event_type = 'created' as is_message,
    steps.stream = 'conversation_events' and steps.event_type = 'created' as is_beginning,
    -- Half of the sources know whole seconds only. What shares an instant in the story shares it here.
    steps.offset_ms * subjects.pace // 100
    + draw(subjects.subject_no, steps.offset_ms, greatest(least(steps.slack_ms * subjects.pace // 125, 600000), 1))
        as exact_ms,
    case draw(subjects.subject_no, 'clock', 2) when 0 then exact_ms else exact_ms // 1000 * 1000 end + begins_ms as occurred_ms,
    draw(event_no, 'delivery', 1000000) as delivery
from subjects
inner join steps using (story);

create or replace temp view events as
select
    stream,
    subject_id || '-' || step as event_id,
    event_type,
    org_id,
    instant(occurred_ms) as occurred_at,
    -- Some sources number nothing.
    case when draw(subject_no, 'unnumbered', 20) > 0 then sequence_before + sequence end as sequence,
    -- Most land within half a minute, some hours later, a few days later; some sources do not say when.
    case
        when draw(subject_no, 'no landing time', 50) > 0
            then instant(
                occurred_ms
                + case
                    when delivery < 250 then 86400000 + draw(event_no, 'days late', 172800000)
                    when delivery < 2250 then 3600000 + draw(event_no, 'hours late', 18000000)
                    else 1000 + draw(event_no, 'seconds late', 30000)
                end
            )
    end as ingested_at,
    delivery < 2250 as is_late,
    delivery between 2250 and 6249 as is_repeated,

    -- who
    actor_type,
    person(actor_id, agent_1, agent_2, virtual_agent, contact, passer_by) as actor_id,
    -- Some sources name no team.
    case when draw(subject_no, 'teams named', 12) > 0 then team(coalesce(actor_id, user_id, agent_id), team_1, team_2) end as team_id,
    person(author_id, agent_1, agent_2, virtual_agent, contact, passer_by) as author_id,
    person(user_id, agent_1, agent_2, virtual_agent, contact) as user_id,
    person(agent_id, agent_1, agent_2, virtual_agent, contact) as agent_id,
    person(approver_id, agent_1, agent_2, virtual_agent, contact) as approver_id,
    person(requester_id, agent_1, agent_2, virtual_agent, contact) as requester_id,
    person(assignee_id, agent_1, agent_2, virtual_agent, contact) as assignee_id,
    team(assignee_id, team_1, team_2) as assignee_team_id,
    person(virtual_agent_id, agent_1, agent_2, virtual_agent, contact) as virtual_agent_id,
    person(contact_profile_id, agent_1, agent_2, virtual_agent, contact) as contact_profile_id,
    person(source_profile_id, agent_1, agent_2, virtual_agent, contact, passer_by) as source_profile_id,

    -- which
    case when conversation_id is not null then subject_id end as conversation_id,
    subject_id || '-' || message_id as message_id,
    subject_id || '-' || in_reply_to_message_id as in_reply_to_message_id,
    subject_id || '-' || parent_message_id as parent_message_id,
    subject_id || '-' || sub_parent_message_id as sub_parent_message_id,
    subject_id || '-' || response_message_id as response_message_id,
    subject_id || '-' || survey_id as survey_id,
    subject_id || '-' || note_id as note_id,
    subject_id || '-' || suggestion_id as suggestion_id,
    subject_id || '-' || approval_id as approval_id,
    subject_id || '-' || help_request_id as help_request_id,
    subject_id || '-' || session_id as session_id,
    case when channel_id is not null then channel end as channel_id,
    case
        when is_beginning and draw(subject_no, 'inbox named', 5) > 0 then inbox
        when inbox_id is not null then 'i' || 1 + draw(subject_no, inbox_id, getvariable('inboxes'))
    end as inbox_id,
    case queue_id
        when 'q2' then 'u_' || agent_2
        else 'q' || 1 + draw(subject_no, queue_id, getvariable('queues'))
    end as queue_id,
    -- One tag more than is described.
    case
        when tag_id is not null then lpad((1 + draw(subject_no, tag_id, getvariable('tags') + 1))::varchar, 3, '0')
    end as tag_id,
    case when topic_id is not null then 'topic' || 1 + draw(subject_no, topic_id, getvariable('topics')) end as topic_id,
    coalesce(
        external_id || '-' || subject_id,
        case when is_message and draw(event_no, 'external', 4) = 0 then 'x' || draw(event_no, 'key', 1000000000) end
    ) as external_id,
    external_routing_id || '-' || 1 + draw(subject_no, 'route', 3) as external_routing_id,
    case when is_beginning then (conversation_no + 1)::varchar end as display_number,
    case when is_beginning then 'https://care.example/' || org_id || '/' || subject_id end as conversation_url,
    case when is_public and direction = 'inbound' then 'query' || 1 + draw(event_no, 'query', 5) end as source_query_id,
    case when is_message and draw(event_no, 'place', 4) = 0 then 'loc' || 1 + draw(event_no, 'location', 3) end
        as location_id,

    -- what was written
    direction,
    author_type,
    case
        when not is_message and content is null then null
        -- What a system says of itself is the same in every conversation.
        when direction = 'inbound' and author_type <> 'contact' then content
        when author_type = 'contact' and draw(event_no, 'photo only', 60) = 0 then null
        when author_type = 'contact' and draw(event_no, 'odd', 30) = 0
            then one_of(getvariable('odd_texts'), draw(event_no, 'odd text', len(getvariable('odd_texts'))))
        when is_message or content is not null
            then one_of(
                getvariable('texts'),
                (
                    language_no * 3
                    + case coalesce(author_type, 'contact') when 'contact' then 0 when 'agent' then 1 else 2 end
                ) * getvariable('texts_each')
                + draw(event_no, 'text', getvariable('texts_each'))
            ) || case draw(event_no, 'reference', 3) when 0 then ' (' || 100000 + draw(event_no, 'order', 900000) || ')' else '' end
    end as content,
    case
        when not is_message then null
        when not is_public then case medium when 'email' then 'email' else 'direct message' end
        when message_id = 'm1' then 'post'
        else 'comment'
    end as message_type,
    case
        when not is_message then null
        when not is_public then 'private_message'
        when message_id = 'm1' then case draw(subject_no, 'place of a post', 16) when 0 then 'page' when 1 then 'ad' else 'post' end
        else 'comment'
    end as result_type,
    case
        when direction = 'inbound' or draw(event_no, 'native', 20) = 0 and direction = 'outbound' then 'medium'
        when direction = 'outbound' then 'sparkcentral'
    end as origin,
    outbound_type,
    system_user_type,
    case when is_message and is_public then 'https://' || medium || '.example/' || subject_id || '/' || message_id end
        as post_url,
    case
        when direction = 'inbound' and author_type = 'contact' and draw(event_no, 'published', 3) = 0
            then instant(occurred_ms - 1000 * draw(event_no, 'found late', 600))
    end as published_at,
    case
        when is_beginning or is_message and draw(event_no, 'language', 5) > 0 then subject_language
        else language
    end as language,
    coalesce(
        sentiment,
        case when direction = 'inbound' and author_type = 'contact' and draw(event_no, 'felt', 3) > 0 then draw(event_no, 'sentiment', 5) - 2 end
    ) as sentiment,
    coalesce(likes, case when is_message and is_public then draw(event_no, 'likes', 30) end) as likes,
    coalesce(reach_rank, case when is_message and is_public then draw(event_no, 'reach', 10) end) as reach_rank,
    case when is_message then draw(event_no, 'owned', 50) = 0 end as owned_by_external_service,

    -- the rest as the story has it
    coalesce(
        priority,
        case when is_beginning and draw(subject_no, 'ranked', 3) = 0 then draw(subject_no, 'priority', 6) end
    ) as priority,
    instant(begins_ms + snoozed_until * pace // 100) as snoozed_until,
    instant(begins_ms + service_level_expires_at * pace // 100) as service_level_expires_at,
    status,
    resolved_by,
    resolve_trigger,
    resolve_reason,
    resolve_comment,
    handover_reason,
    reason_code,
    presence,
    away_state,
    selected_tab,
    mode,
    score,
    question,
    answer,
    activity_code,
    subject,
    duration_s,
    note,
    text,
    action,
    comment,
    expert_name,
    expert_email
from told
where occurred_ms < epoch_ms(local_time(getvariable('days'), 0));
