-- An invalid variable must end every query, whatever columns it reads, so the check is a filter.
with

mistakes as (
    select mistake
    from {{ ref('refused_variables') }}
    union all
    select mistake
    from {{ ref('refused_pairs') }}
    union all
    select mistake
    from {{ ref('unknown_ids') }}
),

first_mistakes as (
    select min(mistake) as mistake
    from mistakes
)

select session_request.*
from {{ ref('session_request') }} as session_request
cross join first_mistakes
where {{ refused_if('first_mistakes.mistake is not null', 'first_mistakes.mistake') }}
