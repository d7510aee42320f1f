{{ config(severity='warn') }}
-- A failure means that a tag and a topic have the same id, so a receiver cannot know which of the two labels an id means.
select
    tags.org_id,
    tags.tag_id as label_id,
    tags.tag_name,
    topics.topic_name
from {{ ref('tags') }} as tags
inner join {{ ref('topics') }} as topics
    on tags.org_id = topics.org_id and tags.tag_id = topics.topic_id
