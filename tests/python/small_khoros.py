"""A third family in the small warehouse: a vendor's own arguments, instants with offsets, words in the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_warehouse import make_small_warehouse
from test_export_cli import Shell

# 3 March 2025.
DAY = ("--org", "acme", "--start-time", "1740960000000", "--end-time", "1741046400000")

KHOROS = """
create schema khoros_care;
create schema requested;
create schema seeds;

insert into catalog.exports by name
select
    'khoros_care' as family,
    export,
    'khoros_care.' || export as view_name,
    export as folder,
    'One row per ' || export || '.' as grain,
    'One row per ' || export || '.' as description,
    true as has_window,
    false as has_as_of,
    export <> 'raw_agent_states' as uses_channels,
    null as bucket,
    order_by,
    'khoros_care/{org_id}' as folder_pattern,
    '{export}-{run_id}.{extension}' as file_name_pattern,
    null as preamble,
    'json' as default_format,
    'UTC' as default_time_zone,
    '%Y-%m-%dT%H:%M:%S.%g%z' as timestamp_format,
    ['report_type', 'start_time', 'end_time', 'report_format', 'report_metrics', 'timezone', 'locale',
        'timezone_offset', 'priorities', 'workqueue_ids', 'smart_view_id', 'enable_business_hour',
        'business_hour_type'] || own as arguments
from (values
    ('author', ['first_post_at', 'author_id'], []::varchar[]),
    ('conversation', ['conversation_id'], ['conversation_report_type']),
    ('conversation_actions', ['action_at', 'action_id'], ['raiselimit']),
    ('raw_agent_states', ['state_start_at', 'agent_id'], ['team_ids']),
    ('response', ['response_published_date', 'response_id'], []),
    ('response_approval', ['approval_id'], ['include_disabled', 'team_ids']),
    ('team_performance', ['agent_id'], ['include_disabled', 'team_ids']),
    ('team_performance_interval', ['interval_start'], ['include_disabled', 'team_ids', 'time_interval'])
) as rows (export, order_by, own);

insert into catalog.export_columns by name
select 'khoros_care' as family, export, position, column_name, data_type,
    case when is_delivered then column_name end as header, is_delivered, 'It.' as description
from (values
    ('author', 1, 'org_id', 'varchar', false),
    ('author', 2, 'author_id', 'varchar', true),
    ('author', 3, 'author_name', 'varchar', true),
    ('author', 4, 'first_post_at', 'timestamptz', true),
    ('author', 5, 'is_new_author', 'boolean', true),
    ('author', 6, 'average', 'decimal(18,2)', true),
    ('author', 7, 'incoming_posts', 'bigint', true),
    ('conversation', 1, 'org_id', 'varchar', false),
    ('conversation', 2, 'conversation_id', 'varchar', true),
    ('conversation', 3, 'asked_as', 'varchar', true),
    ('response', 1, 'org_id', 'varchar', false),
    ('response', 2, 'response_id', 'varchar', true),
    ('response', 3, 'response_published_date', 'timestamptz', true),
    ('team_performance', 1, 'org_id', 'varchar', false),
    ('team_performance', 2, 'agent_id', 'varchar', true),
    ('team_performance', 3, 'is_disabled', 'boolean', true),
    ('team_performance_interval', 1, 'org_id', 'varchar', false),
    ('team_performance_interval', 2, 'interval_start', 'timestamptz', true),
    ('team_performance_interval', 3, 'interval_end', 'timestamptz', true)
) as rows (export, position, column_name, data_type, is_delivered);

drop view request.request cascade;
create view request.request as
select
    getvariable('org_id')::varchar as org_id,
    coalesce(getvariable('window_start')::timestamptz, timestamptz '0001-01-01 00:00:00+00') as window_start,
    coalesce(getvariable('window_end')::timestamptz, timestamptz '9999-12-31 00:00:00+00') as window_end,
    coalesce(getvariable('as_of')::timestamptz, (
        select max(latest_event_at) from marts.orgs
        where getvariable('org_id') is null or org_id = getvariable('org_id')
    )) as as_of,
    getvariable('channels')::varchar[] as channels,
    coalesce(getvariable('delivery')::varchar, 'on_demand') as delivery,
    getvariable('timezone_offset')::bigint as timezone_offset,
    coalesce(getvariable('locale')::varchar, 'en') as locale,
    coalesce(getvariable('conversation_report_type')::varchar, 'OPEN_AT_END') as conversation_report_type,
    getvariable('priorities')::bigint[] as priorities,
    getvariable('workqueue_ids')::varchar[] as workqueue_ids,
    getvariable('smart_view_id')::varchar as smart_view_id,
    getvariable('team_ids')::varchar[] as team_ids,
    coalesce(getvariable('include_disabled')::boolean, false) as include_disabled,
    case when getvariable('enable_business_hour')::boolean then getvariable('business_hour_type')::boolean end
        as business_hour_type,
    getvariable('time_interval')::bigint as time_interval,
    coalesce(getvariable('raiselimit')::boolean, false) as raiselimit;

create table seeds.smart_views as select 'acme' as org_id, 'urgent' as smart_view_id
union all select 'globex', 'others';
create table marts.known_ids as
select * from (values ('acme', 'workqueue_ids', 'q1'), ('acme', 'team_ids', 't1')) as rows (org_id, argument, known_id);

create table marts.users as
select 'acme' as org_id, agent_id, agent_id = 'a2' as is_disabled, agent_id = 'a3' as is_deleted
from (values ('a1'), ('a2'), ('a3')) as users (agent_id);

create table marts.authors as
select * from (values
    ('p1', 'Zoë "Z" \\ ' || chr(1) || chr(10) || 'x', timestamptz '2025-03-03 10:00:00.1239+00', true, 2.5, 3),
    (null, null, timestamptz '2025-03-03 10:00:00.1239+00', null, null, 0),
    ('p2', '', timestamptz '2025-03-30 00:59:59.9999+00', false, 0, 1),
    ('p3', '=1+1', timestamptz '2025-03-30 01:00:00+00', false, -3, 1)
) as rows (author_id, author_name, first_post_at, is_new_author, average, incoming_posts);
create view khoros_care.author as
select request.org_id, authors.* replace (average::decimal(18, 2) as average, incoming_posts::bigint as incoming_posts)
from marts.authors inner join request.request as request
    on first_post_at >= request.window_start and first_post_at < request.window_end;

create view khoros_care.conversation as
select org_id, 'c1' as conversation_id, to_json(request)::varchar as asked_as from request.request as request;

create view khoros_care.response as
select org_id, 'r1' as response_id, window_start as response_published_date from request.request;

create view khoros_care.team_performance as
select request.org_id, agent_id, is_disabled
from (values ('a1', false), ('a2', true), ('a3', true)) as agents (agent_id, is_disabled)
inner join request.request as request on request.include_disabled or not is_disabled;

create view requested.req_khoros_intervals as
select unnest(range(epoch_ms(window_start) // time_interval, -(-epoch_ms(window_end) // time_interval))) as bucket
from request.request;
create view khoros_care.team_performance_interval as
select org_id, make_timestamptz(bucket * time_interval * 1000) as interval_start,
    make_timestamptz((bucket + 1) * time_interval * 1000) as interval_end
from requested.req_khoros_intervals cross join request.request;
"""


def make_three_families(folder: Path, *statements: str) -> Path:
    """The small warehouse with the family of a vendor's own arguments."""
    return make_small_warehouse(folder, KHOROS, *statements)


@pytest.fixture
def vendors(shell: Shell) -> Path:
    """A published warehouse with that family."""
    return make_three_families(shell.folder / "warehouse")
