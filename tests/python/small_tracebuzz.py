"""A second family in the small warehouse: files with a line before their headers, named by a second, and statistics."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_warehouse import make_small_warehouse
from test_export_cli import Shell

TRACEBUZZ = """
create schema tracebuzz;

insert into catalog.exports by name
select
    'tracebuzz' as family,
    export,
    'tracebuzz.' || export as view_name,
    export as folder,
    'One row per ' || export || '.' as grain,
    'One row per ' || export || '.' as description,
    has_window,
    false as has_as_of,
    uses_channels,
    bucket,
    order_by,
    'tracebuzz/{org_id}' as folder_pattern,
    'raw-{export}-{unix}.{extension}' as file_name_pattern,
    'sep=,' as preamble,
    'csv' as default_format,
    'Europe/Amsterdam' as default_time_zone,
    '%Y-%m-%d %H:%M:%S.%g' as timestamp_format
from (values
    ('results', true, true, null, ['found_time', 'result_id']),
    ('labels', false, false, null, ['id']),
    ('agents', true, false, 'day', ['row_date']),
    ('raw_agents', true, false, 'quarter hour', ['row_date', 'interval_start'])
) as rows (export, has_window, uses_channels, bucket, order_by);

insert into catalog.export_columns by name
select 'tracebuzz' as family, *
from (values
    ('results', 1, 'org_id', 'varchar', null, false, 'The tenant.'),
    ('results', 2, 'result_id', 'varchar', 'RESULT_ID', true, 'The message.'),
    ('results', 3, 'found_time', 'bigint', 'FOUND_TIME', true, 'When it was found.'),
    ('results', 4, 'description', 'varchar', 'DESCRIPTION', true, 'Its text.'),
    ('labels', 1, 'org_id', 'varchar', null, false, 'The tenant.'),
    ('labels', 2, 'id', 'varchar', 'ID', true, 'The label.'),
    ('labels', 3, 'name', 'varchar', 'NAME', true, 'Its name.'),
    ('agents', 1, 'org_id', 'varchar', null, false, 'The tenant.'),
    ('agents', 2, 'row_date', 'date', 'ROWDATE', true, 'The local day.'),
    ('agents', 3, 'messages_sent', 'bigint', 'MSGSENT', true, 'A number.'),
    ('raw_agents', 1, 'org_id', 'varchar', null, false, 'The tenant.'),
    ('raw_agents', 2, 'row_date', 'date', 'ROWDATE', true, 'The local day.'),
    ('raw_agents', 3, 'interval_start', 'time', 'INTERVAL', true, 'The quarter hour.'),
    ('raw_agents', 4, 'messages_sent', 'bigint', 'MSGSENT', true, 'A number.')
) as rows (export, position, column_name, data_type, header, is_delivered, description);

create view tracebuzz.results as
select org_id, message_id as result_id, epoch(created_at)::bigint as found_time, content as description
from sparkcentral.message;

create view tracebuzz.labels as
select request.org_id, id, name
from request.request as request
cross join (values ('t1', 'Zoë, "vip"'), ('t2', null)) as labels (id, name);

create view tracebuzz.raw_agents as
select
    org_id,
    timezone(current_setting('TimeZone'), created_at)::date as row_date,
    time_bucket(interval 15 minutes, timezone(current_setting('TimeZone'), created_at))::time as interval_start,
    count(*) as messages_sent
from sparkcentral.message
group by all;

create view tracebuzz.agents as
select org_id, row_date, sum(messages_sent)::bigint as messages_sent from tracebuzz.raw_agents group by all;
"""


def make_both_families(folder: Path, *statements: str) -> Path:
    """The small warehouse with its second family."""
    return make_small_warehouse(folder, TRACEBUZZ, *statements)


@pytest.fixture
def both(shell: Shell) -> Path:
    """A published warehouse of both families."""
    return make_both_families(shell.folder / "warehouse")
