-- The exposures in models/exports/schedules.yml; options that an entry leaves out are null.
with

declared as (
    select
        null::varchar as schedule,
        null::varchar as export_name,
        null::varchar as org_id,
        null::varchar as timezone,
        null::varchar as channels,
        null::varchar as chosen_columns,
        null::varchar as frequency,
        null::varchar as destination,
        null::varchar as format,
        null::varchar as locale,
        null::varchar as start,
        null::varchar as end_at,
        null::varchar as delay,
        null::varchar as restate_days,
        null::varchar as formerly,
        null::varchar as hold_until_landed,
        null::varchar as unknown_options,
        null::varchar as owner,
        null::varchar as description
    {%- for exposure in scheduled_exports() %}
    {%- set meta = exposure.config.meta %}
    union all
    select
        '{{ exposure.name }}',
        {{ text_literal(exports_of(exposure)) }},
        {{ text_literal(meta.get('org')) }},
        {{ text_literal(meta.get('timezone')) }},
        {{ text_literal(lines_of(meta.get('channels'))) }},
        {{ text_literal(lines_of(meta.get('columns'))) }},
        {{ text_literal(meta.get('frequency')) }},
        {{ text_literal(meta.get('destination')) }},
        {{ text_literal(meta.get('format')) }},
        {{ text_literal(meta.get('locale')) }},
        {{ text_literal(meta.get('start')) }},
        {{ text_literal(meta.get('end')) }},
        {{ text_literal(meta.get('delay')) }},
        {{ text_literal(meta.get('restate_days')) }},
        {{ text_literal(lines_of(meta.get('formerly'))) }},
        {{ text_literal(meta.get('hold_until_landed')) }},
        {{ text_literal(lines_of(unknown_options(meta))) }},
        {{ text_literal(exposure.owner.name) }},
        {{ text_literal(exposure.description) }}
    {%- endfor %}
)

select
    declared.schedule,
    declared.export_name,
    declared.org_id,
    coalesce(declared.timezone, exports.default_time_zone) as timezone,
    string_split(declared.channels, chr(10)) as channels,
    string_split(declared.chosen_columns, chr(10)) as chosen_columns,
    declared.frequency,
    declared.destination,
    declared.format,
    declared.locale,
    declared.start,
    declared.end_at,
    coalesce(declared.delay, '15m') as delay,
    -- A value on an export that does not take restate_days is kept, so that a test can refuse it.
    coalesce(declared.restate_days, case when exports.bucket is not null then '7' end) as restate_days,
    string_split(declared.formerly, chr(10)) as formerly,
    declared.hold_until_landed,
    string_split(declared.unknown_options, chr(10)) as unknown_options,
    declared.owner,
    declared.description
from declared
left join {{ ref('exports') }} as exports on declared.export_name = exports.family || '.' || exports.export
where declared.schedule is not null
