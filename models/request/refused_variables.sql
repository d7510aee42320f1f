-- Compares each session variable with the rule of its name and with the rules of similar names.
select
    case
        when rules.refusal is not null and lower(variables.variable_name) = rules.variable_name then rules.refusal || left(variables.value, 200) || ''''
        else 'unknown variable ' || variables.variable_name || rules.advice || variables.variable_name
    end as mistake
from {{ session_variables() }} as variables
inner join {{ ref('request_variables') }} as rules
    on {{ folded_name('variables.variable_name') }} = rules.folded_name
    or {{ edit_distance('lower(variables.variable_name)', 'rules.variable_name') }} <= rules.wrong_letters
where
    rules.refusal is null
    or lower(variables.variable_name) <> rules.variable_name
    or not regexp_full_match(variables.value, rules.pattern)
    or regexp_matches(variables.value, rules.forbidden)
    or rules.is_instant and not coalesce({{ is_of_our_years('try_cast(variables.value as timestamptz)') }}, false)
