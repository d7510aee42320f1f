select
    words.code,
    words.word
from {{ ref('fixed_words') }} as words
inner join {{ ref('request') }} as request on words.locale = request.locale
