-- Topics have a name but none of the other columns of tags.
with

labels as (
    select
        org_id,
        'tag' as label_kind,
        tag_id as id,
        tag_name as name,
        category_id,
        description,
        words,
        profiles,
        websites,
        profile_info,
        location_id
    from {{ ref('tags') }}
    union all
    select org_id, 'topic', topic_id, topic_name, null, null, null, null, null, null, null
    from {{ ref('topics') }}
)

select
    labels.org_id,
    labels.label_kind,
    labels.id,
    labels.name,
    labels.category_id,
    labels.description,
    labels.words,
    labels.profiles,
    labels.websites,
    labels.profile_info,
    labels.location_id
from labels
inner join {{ ref('request') }} as request
    on request.org_id is null or labels.org_id = request.org_id
