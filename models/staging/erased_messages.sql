with

inbound as (
    select
        *,
        first_value(author_id) over (
            partition by org_id, conversation_id
            order by author_type <> 'contact', occurred_at, sequence nulls last, event_id
        ) as first_author_id
    from {{ ref('erasable_messages') }}
    where direction = 'inbound'
),

authors as (
    select
        org_id,
        message_id,
        case when author_type = 'contact' and author_id is not null then author_id
            when is_conversation_created then contact_profile_id
            else first_author_id
        end as contact_profile_id
    from inbound
    union all
    {# Whoever else a message names as its author wrote it, too. #}
    select org_id, message_id, author_id
    from inbound
    where author_id is not null and author_type <> 'contact'
),

erased as (
    select
        authors.message_id,
        erased_contacts.*,
        row_number() over (
            partition by authors.org_id, authors.message_id
            order by
                erased_contacts.erased_at desc, erased_contacts.erased_sequence desc nulls first, erased_contacts.erased_event_id desc,
                erased_contacts.contact_profile_id desc
        ) as newest_first
    from authors
    inner join {{ ref('erased_contacts') }} as erased_contacts using (org_id, contact_profile_id)
)

select
    org_id,
    message_id,
    contact_profile_id,
    erased_at,
    erased_sequence,
    erased_event_id
from erased
where newest_first = 1
