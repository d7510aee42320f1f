-- A mistake ends the query, whatever columns it reads: a filter does that.
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
