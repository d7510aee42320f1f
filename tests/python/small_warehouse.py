"""A published warehouse in small, made by hand: what the script may rely on, without dbt."""

from __future__ import annotations

from pathlib import Path

import duckdb

CATALOG = """
create schema catalog;
create schema request;
create schema marts;
create schema sparkcentral;

create table catalog.exports as
select
    'sparkcentral' as family,
    export,
    'sparkcentral.' || export as view_name,
    folder,
    grain,
    grain || ' More about it.' as description,
    has_window,
    not has_window as has_as_of,
    true as uses_channels,
    null::varchar as bucket,
    null::varchar[] as arguments,
    order_by,
    '{folder}' as folder_pattern,
    '{org_id}{folder}{from}{to}{uuid}.{extension}' as file_name_pattern,
    null::varchar as preamble,
    'csv' as default_format,
    'UTC' as default_time_zone,
    '%Y-%m-%d %H:%M:%S.%g' as timestamp_format
from (values
    ('message', 'message', 'One row per message.', true, ['created_at', 'message_id']),
    ('open_conversation', 'open-conversation', 'One row per open conversation.', false, ['conversation_id'])
) as rows (export, folder, grain, has_window, order_by);

create table catalog.export_columns as
select 'sparkcentral' as family, *
from (values
    ('message', 1, 'org_id', 'varchar', null, false, 'The tenant.'),
    ('message', 2, 'message_id', 'varchar', 'Message ID', true, 'The message.'),
    ('message', 3, 'created_at', 'timestamptz', 'Created at', true, 'When it was created.'),
    ('message', 4, 'content', 'varchar', 'Content', true, 'Its text.'),
    ('message', 5, 'average', 'decimal(18,2)', 'Average, "so far"', true, 'A number.'),
    ('message', 6, 'is_reply', 'boolean', 'Reply', true, 'Whether it answers.'),
    ('open_conversation', 1, 'org_id', 'varchar', null, false, 'The tenant.'),
    ('open_conversation', 2, 'conversation_id', 'varchar', 'Conversation ID', true, 'The conversation.'),
    ('open_conversation', 3, 'as_of', 'timestamptz', 'As of', true, 'The moment shown.')
) as rows (export, position, column_name, data_type, header, is_delivered, description);

create table catalog.headers as
select family, export, column_name, 'en' as locale, header from catalog.export_columns where is_delivered
union all
select 'sparkcentral', 'message', column_name, 'fr', header
from (values ('message_id', 'ID du message'), ('created_at', 'Créé à'), ('content', 'Contenu'),
    ('average', 'CONTENU'), ('is_reply', 'Contenu')) as rows (column_name, header);

create table catalog.build as select now() as began_at;

create table marts.orgs as
select * from (values
    ('acme', timestamptz '2025-03-31 12:00:00+00'),
    ('globex', timestamptz '2025-03-30 12:00:00+00')
) as rows (org_id, latest_event_at);
create table marts.channels (org_id varchar, channel_id varchar);
insert into marts.channels values ('acme', 'ch-1'), ('globex', 'ch-9');
create table marts.conversations (org_id varchar, conversation_id varchar, channel_id varchar);
insert into marts.conversations values ('acme', 'c1', 'ch-1'), ('acme', 'c2', 'ch-unnamed'), ('globex', 'c1', 'ch-9');

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
    coalesce(getvariable('delivery')::varchar, 'on_demand') as delivery;

create table marts.messages as
select * from (values
    ('acme', 'm3', 'ch-1', timestamptz '2025-03-30 00:59:59.9996+00', '=1+1', 2.50, true),
    ('acme', 'm1', 'ch-1', timestamptz '2025-03-01', 'a "quoted", text' || chr(10) || 'on 2 lines', 1, false),
    ('acme', 'm2', 'ch-unnamed', timestamptz '2025-03-30 00:59:59.9996+00', '', null, null),
    ('acme', 'm4', 'ch-1', timestamptz '2025-03-30 01:00:00+00', null, -3, true),
    ('acme', 'm5', 'ch-1', timestamptz '2025-03-31 22:00:00+00', 'next month in Brussels', 0, true),
    ('globex', 'm1', 'ch-9', timestamptz '2025-03-15 00:00:00+00', 'of another tenant', 0, true)
) as rows (org_id, message_id, channel_id, created_at, content, average, is_reply);

create view sparkcentral.message as
select messages.org_id, message_id, created_at, content, average::decimal(18, 2) as average, is_reply
from marts.messages
inner join request.request as request
    on (request.org_id is null or messages.org_id = request.org_id)
    and created_at >= request.window_start
    and created_at < request.window_end
    and (request.channels is null or list_contains(request.channels, channel_id));

create view sparkcentral.open_conversation as
select conversations.org_id, conversation_id, request.as_of
from marts.conversations
inner join request.request as request on request.org_id is null or conversations.org_id = request.org_id;
"""


def make_small_warehouse(folder: Path, *statements: str) -> Path:
    """Writes `care.duckdb` into a warehouse folder; `statements` change it before it is closed."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "care.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for statement in (CATALOG, *statements):
            connection.execute(statement)
    return database
