-- Some seconds into a day, at the earliest the part's first and at the latest six days later, of the period's days.
create or replace macro later_that_week(subject_no, purpose, seconds) as (
    local_time(
        getvariable('first_day') + draw(subject_no, purpose || ' day', least(getvariable('days') - getvariable('first_day'), 7)),
        seconds + draw(subject_no, purpose || ' second', 36000)
    )
);

-- The contacts of the part as of its first day, and what is known of them.
create or replace temp view described_contacts as
select
    'contact-' || contact.range as event_id,
    'upserted' as event_type,
    one_of(getvariable('org_ids'), org.range) as org_id,
    -- The orgs have the same ids and nothing else in common.
    org.range * 1000000000 + contact.range as contact_no,
    org.range * 1000000000 + contact.range // 2 as person_no,
    local_time(getvariable('first_day'), 0) + to_seconds(draw(contact_no, 'described', 3600)) as occurred_at,
    null::bigint as sequence,
    occurred_at + to_seconds(30) as ingested_at,
    false as is_late,
    draw(contact_no, 'repeated', 250) = 0 as is_repeated,
    'p' || contact.range + 1 as contact_profile_id,
    -- A person writes from two profiles, of different media.
    'person' || contact.range // 2 + 1 as person_id,
    one_of(getvariable('media'), contact.range % getvariable('channels') % len(getvariable('media'))) as medium,
    one_of(getvariable('first_names'), draw(person_no, 'first name', len(getvariable('first_names')))) as first_name,
    one_of(getvariable('last_names'), draw(person_no, 'last name', len(getvariable('last_names')))) as last_name,
    lower(strip_accents(first_name)) || draw(contact_no, 'handle', 10000000) as handle,
    case
        when medium in ('whatsapp', 'sms') then '+324' || 70000000 + draw(contact_no, 'telephone', 30000000)
        when medium = 'email' then handle || '@mail.example'
        else '@' || handle
    end as primary_identifier,
    case when draw(contact_no, 'customer', 3) = 0 then 'customer ' || draw(contact_no, 'customer number', 9999999) end
        as secondary_identifier,
    case when draw(contact_no, 'nameless', 20) > 0 then first_name || ' ' || last_name end as display_name,
    case when draw(contact_no, 'image', 2) = 0 then 'https://images.example/' || handle || '.jpg' end as profile_image_url,
    null::boolean as erase
from range(getvariable('orgs')) as org
cross join range(getvariable('first_contact')::bigint, getvariable('next_contact')::bigint) as contact;

-- One of 150 contacts asks to be forgotten on some later day; it may write again.
create or replace temp view contacts as
from described_contacts
union all by name
select
    'forget-' || contact_profile_id as event_id,
    'deleted' as event_type,
    org_id,
    later_that_week(contact_no, 'forgotten', 3600) as occurred_at,
    later_that_week(contact_no, 'forgotten', 3630) as ingested_at,
    false as is_late,
    draw(contact_no, 'forgotten again', 20) = 0 as is_repeated,
    contact_profile_id,
    true as erase
from described_contacts
where draw(contact_no, 'to be forgotten', 150) = 0;

create or replace temp view described_attributes as
select
    contacts.event_id || '-' || attribute.attribute_id as event_id,
    contacts.* exclude (event_id),
    attribute.answers,
    attribute.attribute_id,
    attribute.name,
    attribute.type,
    attribute.source,
    one_of(attribute.answers, draw(contact_no, attribute.name, len(attribute.answers))) as value
from described_contacts as contacts
inner join (
    values
    ('attr1', 'Customer since', 'freeform', 'crm', 1, ['2009', '2017', '2024', 'last "spring", or so']),
    ('attr2', 'Segment', 'dropdown', 'crm', 2, ['Gold', 'Silver', 'Bronze']),
    ('attr3', 'Preferred language', 'dropdown', 'agent', 5, ['en', 'fr', 'nl', 'es', null])
) as attribute (attribute_id, name, type, source, one_in, answers)
    on draw(contacts.contact_no, attribute.attribute_id, attribute.one_in) = 0;

-- One of 40 attributes is deleted, and half of these are described again later that day.
create or replace temp view contact_attributes as
from described_attributes
union all by name
select
    event_id || '-deleted' as event_id,
    'deleted' as event_type,
    org_id,
    later_that_week(contact_no, attribute_id, 3600) as occurred_at,
    later_that_week(contact_no, attribute_id, 3630) as ingested_at,
    false as is_late,
    false as is_repeated,
    contact_profile_id,
    attribute_id
from described_attributes
where draw(contact_no, attribute_id || ' deleted', 40) = 0
union all by name
select
    * replace (
        event_id || '-again' as event_id,
        later_that_week(contact_no, attribute_id, 43200) as occurred_at,
        later_that_week(contact_no, attribute_id, 43230) as ingested_at,
        false as is_repeated,
        one_of(answers, draw(contact_no, attribute_id || ' anew', len(answers))) as value
    )
from described_attributes
where draw(contact_no, attribute_id || ' deleted', 40) = 0 and draw(contact_no, attribute_id || ' revived', 2) = 0;
