with

senders as (
    select distinct
        messages.org_id,
        messages.contact_profile_id
    from {{ ref('messages') }} as messages
    inner join {{ ref('request') }} as request
        on messages.created_at >= request.window_start
        and messages.created_at < request.window_end
        and (request.org_id is null or messages.org_id = request.org_id)
        and (request.channels is null or array_contains(request.channels, messages.channel_id))
    where messages.is_contact_message
)

select
    attributes.org_id,
    attributes.contact_profile_id,
    contacts.primary_identifier as contact_primary_identifier,
    contacts.secondary_identifier as contact_secondary_identifier,
    attributes.attribute_id,
    attributes.attribute_name,
    attributes.attribute_value,
    attributes.attribute_type
from senders
inner join {{ ref('contact_attributes') }} as attributes using (org_id, contact_profile_id)
left join {{ ref('contacts') }} as contacts using (org_id, contact_profile_id)
