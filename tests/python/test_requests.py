"""The arguments of a run are parsed, checked, and bound to the session without SQL text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from care.errors import BadArgument, CareError
from care.requests.ask import request_for
from care.requests.request import Asked, Request, bind
from care.times import Moment, read_moment, time_zone
from care.warehouse.catalog import Export, exports_of_family, find_export, open_published, read_exports
from small_warehouse import make_small_warehouse

NOW = datetime(2025, 5, 1, tzinfo=UTC)
MARCH = {"start": "2025-03-01", "end": "2025-04-01"}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(make_small_warehouse(tmp_path_factory.mktemp("warehouse"))) as opened:
        yield opened


@pytest.fixture
def message(connection: duckdb.DuckDBPyConnection) -> Export:
    return find_export(read_exports(connection), "message")


@pytest.fixture
def open_conversation(connection: duckdb.DuckDBPyConnection) -> Export:
    return find_export(read_exports(connection), "open_conversation")


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2025-03-01", "UTC", "2025-03-01T00:00:00+00:00"),
        ("2025-03-01", "Europe/Brussels", "2025-02-28T23:00:00+00:00"),
        (" 2025-03-01T08:30 ", "Europe/Brussels", "2025-03-01T07:30:00+00:00"),
        ("2025-03-01 08:30:15.123456", "Asia/Kolkata", "2025-03-01T03:00:15.123456+00:00"),
        ("2025-03-01T08:30+05:30", "Europe/Brussels", "2025-03-01T03:00:00+00:00"),
        ("2025-03-01T08:30Z", "Europe/Brussels", "2025-03-01T08:30:00+00:00"),
        ("2025-10-26T02:30", "Europe/Brussels", "2025-10-26T00:30:00+00:00"),
        ("2025-10-26T02:30+01:00", "Europe/Brussels", "2025-10-26T01:30:00+00:00"),
        ("2025-03-30T03:00", "Europe/Brussels", "2025-03-30T01:00:00+00:00"),
    ],
)
def test_times_are_read_on_the_clock_of_the_zone(text: str, zone: str, instant: str) -> None:
    assert read_moment(text, ZoneInfo(zone), "--from").instant == datetime.fromisoformat(instant)


def test_a_day_whose_midnight_is_skipped_starts_where_the_clocks_go_on() -> None:
    moment = read_moment("2025-09-07", ZoneInfo("America/Santiago"), "--from")
    assert moment == Moment(datetime(2025, 9, 7, 4, tzinfo=UTC), datetime(2025, 9, 7, 1))


def test_a_skipped_time_is_refused_with_the_time_the_clocks_show_instead() -> None:
    with pytest.raises(BadArgument, match=r"--to 2025-03-30T02:30 does not exist .* write 2025-03-30T03:30:00 or"):
        read_moment("2025-03-30T02:30", ZoneInfo("Europe/Brussels"), "--to")


@pytest.mark.parametrize("text", ["yesterday", "2025-02-29", "2025-03-01T25:00", "01/03/2025", "", "now(); --"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadArgument, match=r"--from .* is not a time; write 2025-03-01"):
        read_moment(text, ZoneInfo("UTC"), "--from")


def test_times_at_the_ends_of_the_calendar_are_refused() -> None:
    with pytest.raises(BadArgument, match="out of range"):
        read_moment("0001-01-01", ZoneInfo("Asia/Tokyo"), "--from")


def test_time_zones_are_those_of_the_database(connection: duckdb.DuckDBPyConnection) -> None:
    assert time_zone(connection, "Europe/Brussels").key == "Europe/Brussels"
    with pytest.raises(BadArgument, match="unknown time zone 'europe/brusels'; did you mean 'Europe/Brussels'"):
        time_zone(connection, "europe/brusels")
    with pytest.raises(BadArgument, match="unknown time zone"):
        time_zone(connection, "../../etc/passwd")


@pytest.mark.parametrize("name", ["PST", "ACT", "SystemV/AST4", "pst", "Mars/Phobos"])
def test_a_time_zone_of_the_database_alone_is_unknown_and_not_proposed(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    with pytest.raises(BadArgument, match=f"^unknown time zone '{name}'") as refusal:
        time_zone(connection, name)
    proposed = re.search(r"did you mean '(.*)'", str(refusal.value))
    assert proposed is None or time_zone(connection, proposed[1])


def test_a_machine_without_time_zones_is_told_what_to_install(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("care.times.available_timezones", set)
    monkeypatch.setattr("care.times.ZoneInfo", lambda name: ZoneInfo("No/Such"))
    with pytest.raises(BadArgument, match="has no data of the time zone 'Europe/Brussels'; install tzdata"):
        time_zone(connection, "Europe/Brussels")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked(**MARCH), "add --org: the warehouse holds acme, globex"),
        (Asked("acmee", **MARCH), "unknown org 'acmee'; did you mean 'acme'"),
        (Asked("acme", start="2025-03-01"), "message needs a window: add --from and --to"),
        (Asked("acme", "2025-03-02", "2025-03-01"), "--to 2025-03-01 is not after --from 2025-03-02"),
        (Asked("acme", "2025-03-01", "2025-03-01"), "--to 2025-03-01 is not after --from 2025-03-01"),
        (Asked("acme", **MARCH, timezone="CEST"), "unknown time zone 'CEST'"),
        (Asked("acme", **MARCH, channels=["ch-9"]), "unknown channel of acme 'ch-9'; did you mean 'ch-1'"),
        (Asked("acme", **MARCH, as_of="2025-03-02"), "a past as-of is not offered here: message"),
    ],
)
def test_bad_arguments_are_refused_with_what_is_known(
    connection: duckdb.DuckDBPyConnection, message: Export, asked: Asked, sentence: str
) -> None:
    with pytest.raises(BadArgument) as refusal:
        request_for(connection, message, asked, NOW)
    assert sentence in str(refusal.value)


def test_the_only_org_need_not_be_named(tmp_path: Path) -> None:
    with open_published(make_small_warehouse(tmp_path, "delete from marts.orgs where org_id = 'globex'")) as only:
        exports = read_exports(only)
        assert request_for(only, exports[0], Asked(**MARCH), NOW)[0].org_id == "acme"


def test_a_warehouse_without_events_says_so(tmp_path: Path) -> None:
    with (
        open_published(make_small_warehouse(tmp_path, "delete from marts.orgs")) as empty,
        pytest.raises(CareError, match="no events of any org"),
    ):
        request_for(empty, read_exports(empty)[0], Asked("acme", **MARCH), NOW)


def test_a_channel_that_only_a_conversation_names_is_known(
    connection: duckdb.DuckDBPyConnection, message: Export
) -> None:
    asked = Asked("acme", **MARCH, channels=["ch-unnamed", "ch-1", "ch-unnamed"])
    assert request_for(connection, message, asked, NOW)[0].channels == ("ch-unnamed", "ch-1")


def test_from_and_to_are_ignored_where_there_is_no_window(
    connection: duckdb.DuckDBPyConnection, open_conversation: Export
) -> None:
    request, warnings = request_for(connection, open_conversation, Asked("acme", "soon", "later"), NOW)
    assert (request, warnings) == (Request("acme"), [])


def test_a_window_that_ends_in_the_future_is_warned(connection: duckdb.DuckDBPyConnection, message: Export) -> None:
    _, warnings = request_for(connection, message, Asked("acme", "2025-04-30", "2025-05-02"), NOW)
    assert len(warnings) == 1
    assert "the window ends in the future (2025-05-02)" in warnings[0]
    assert request_for(connection, message, Asked("acme", "2025-04-30", "2025-05-01"), NOW)[1] == []


def test_an_as_of_after_the_latest_event_is_warned(
    connection: duckdb.DuckDBPyConnection, open_conversation: Export
) -> None:
    _, warnings = request_for(connection, open_conversation, Asked("acme", as_of="2025-03-31T12:00:01"), NOW)
    assert "later than the latest event of acme (2025-03-31T12:00:00+00:00)" in warnings[0]
    assert request_for(connection, open_conversation, Asked("acme", as_of="2025-03-31T12:00"), NOW)[1] == []


def test_the_session_reads_what_was_asked(connection: duckdb.DuckDBPyConnection, message: Export) -> None:
    asked = Asked("acme", **MARCH, timezone="Europe/Brussels", channels=["ch-1"])
    cursor = connection.cursor()
    bind(cursor, request_for(cursor, message, asked, NOW)[0])
    rows = cursor.execute("select message_id from sparkcentral.message order by message_id").fetchall()
    assert rows == [("m1",), ("m3",), ("m4",)]
    printed = cursor.execute("select created_at::varchar from sparkcentral.message where message_id = 'm4'").fetchall()
    assert printed == [("2025-03-30 03:00:00+02",)]


def test_a_cursor_forgets_the_request_before(
    connection: duckdb.DuckDBPyConnection, message: Export, open_conversation: Export
) -> None:
    cursor = connection.cursor()
    bind(cursor, request_for(cursor, message, Asked("acme", **MARCH, channels=["ch-1"]), NOW)[0])
    bind(cursor, request_for(cursor, open_conversation, Asked("globex"), NOW)[0])
    assert cursor.execute("select org_id, channels, year(window_end) from request.request").fetchall() == [
        ("globex", None, 9999)
    ]


def test_text_from_outside_is_never_sql(connection: duckdb.DuckDBPyConnection) -> None:
    hostile = "acme'; drop view request.request; --"
    cursor = connection.cursor()
    bind(cursor, Request(hostile, channels=("'] union select 1 --",)))
    assert cursor.execute("select org_id, channels from request.request").fetchall() == [
        (hostile, ["'] union select 1 --"])
    ]


def test_a_warehouse_that_reads_another_request_is_not_used(tmp_path: Path) -> None:
    other = "create or replace view request.request as select 'other' as org_id, now() as window_start,"
    other += " now() as window_end, now() as as_of, null::varchar[] as channels, 'on_demand' as delivery"
    with (
        open_published(make_small_warehouse(tmp_path, other)) as connection,
        pytest.raises(CareError, match="reads org_id as 'other', not as 'acme'"),
    ):
        bind(connection.cursor(), Request("acme"))


def test_clocks_of_python_and_of_the_database_must_agree(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = Moment(datetime(2025, 3, 1, 7, tzinfo=UTC), datetime(2025, 3, 1, 9))
    with pytest.raises(CareError, match="differ: 2025-03-01T09:00:00 in Europe/Brussels is 2025-03-01T08:00:00"):
        bind(connection.cursor(), Request("acme", "Europe/Brussels", as_of=wrong))


@pytest.mark.parametrize("name", ["message", "sparkcentral.message", "Message"])
def test_an_export_is_found_by_its_names(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    assert find_export(read_exports(connection), name).name == "sparkcentral.message"


def test_an_export_is_found_by_the_name_of_its_folder(connection: duckdb.DuckDBPyConnection) -> None:
    assert find_export(read_exports(connection), "open-conversation").export == "open_conversation"


def test_an_unknown_export_names_the_nearest(connection: duckdb.DuckDBPyConnection) -> None:
    exports = read_exports(connection)
    with pytest.raises(BadArgument, match="unknown export 'mesage'; did you mean 'message'"):
        find_export(exports, "mesage")
    with pytest.raises(BadArgument, match=r"did you mean 'sparkcentral\.message'"):
        find_export(exports, "sparkcentral.mesage")
    with pytest.raises(BadArgument, match="unknown export 'zzz'; known: message, open_conversation"):
        find_export(exports, "zzz")


def test_families_share_names_and_are_told_apart(tmp_path: Path) -> None:
    twin = "insert into catalog.exports select 'tracebuzz', * exclude (family) from catalog.exports"
    with open_published(make_small_warehouse(tmp_path, twin)) as connection:
        exports = read_exports(connection)
    with pytest.raises(BadArgument, match=r"write sparkcentral\.message or tracebuzz\.message"):
        find_export(exports, "message")
    assert find_export(exports, "tracebuzz.message").family == "tracebuzz"
    with pytest.raises(BadArgument, match="--all needs a family: sparkcentral, tracebuzz"):
        exports_of_family(exports, None)
    assert {export.family for export in exports_of_family(exports, "tracebuzz")} == {"tracebuzz"}
    with pytest.raises(BadArgument, match="unknown family 'trace'"):
        exports_of_family(exports, "trace")
