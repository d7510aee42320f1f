"""Rows that cannot count are set aside with their reason, and rows that come more than once are counted."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from care.atomic import part_of
from care.runs.file_names import file_name, folder_path
from test_landing import at, built, row, write

INFINITY = 2**63 - 1
MICROSECOND = timedelta(microseconds=1)
YEAR_1, END_OF_9999 = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
# File systems take 255 bytes; of a Sparkcentral file 99 are something else: its part's name around the longest export.
LONGEST_ORG_ID = 156
ORGS_SET_ASIDE = {
    "": "org_id is empty or blank",
    " \t": "org_id is empty or blank",
    "\u00a0\u200b\u3000": "org_id is empty or blank",
    "x" * (LONGEST_ORG_ID + 1): "org_id is too long for the name of a file: more than 156 bytes",
    "é" * (LONGEST_ORG_ID // 2 + 1): "org_id is too long for the name of a file: more than 156 bytes",
    "/" * (LONGEST_ORG_ID // 3 + 1): "org_id is too long for the name of a file: more than 156 bytes",
}
ORGS_LOADED = ("..", "a/b", "a\x00b", "%", " acme ", "x" * LONGEST_ORG_ID, "é" * (LONGEST_ORG_ID // 2), "/" * 52)


def unix_us(when: datetime) -> int:
    """Microseconds since 1970."""
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def write_instants(path: Path, rows: list[dict[str, Any]], written_at: datetime | None = None) -> None:
    """A Parquet file of rows; instants are datetimes, or microseconds since 1970 where no datetime can say them."""
    names = dict.fromkeys(name for one in rows for name in one)
    columns = {name: [one.get(name) for one in rows] for name in names}
    for name, values in columns.items():
        if name.endswith(("_at", "_until")):
            numbers = [unix_us(value) if isinstance(value, datetime) else value for value in values]
            columns[name] = pa.array(numbers, pa.int64()).cast(pa.timestamp("us", "UTC"))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    if written_at:
        os.utime(path, (written_at.timestamp(), written_at.timestamp()))


def write_times(raw: Path) -> None:
    """Presences at the ends of time and of clocks that run ahead, and other instants that no calendar shows."""

    def presence(event_id: str, when: Any, **columns: Any) -> dict[str, Any]:
        return row(event_id, "changed", at("09:00"), user_id="u1", presence="away", **columns) | {"occurred_at": when}

    ahead = datetime(2199, 12, 31, tzinfo=UTC)
    write_instants(raw / "presence_events" / "ends.parquet", [
        presence("infinite", INFINITY, ingested_at=ahead),
        presence("minus-infinite", -INFINITY, ingested_at=ahead),
        presence("year-290000", 9_089_348_860_800_000_000, ingested_at=ahead),
        presence("1969", datetime(1970, 1, 1, tzinfo=UTC) - MICROSECOND, ingested_at=ahead),
        presence("1970", datetime(1970, 1, 1, tzinfo=UTC), ingested_at=ahead),
        presence("2199", datetime(2200, 1, 1, tzinfo=UTC) - MICROSECOND, ingested_at=ahead),
        presence("2200", datetime(2200, 1, 1, tzinfo=UTC), ingested_at=ahead),
    ])  # fmt: skip
    written_at = at("12:00")
    write_instants(raw / "presence_events" / "ahead.parquet", [
        presence("a-day-ahead", written_at + timedelta(days=1)),
        presence("more-ahead", written_at + timedelta(days=1, seconds=1)),
        presence("ingested-later", written_at + timedelta(days=3), ingested_at=written_at + timedelta(days=2)),
        presence("ingested-never", written_at + timedelta(days=3), ingested_at=INFINITY),
    ], written_at)  # fmt: skip
    no_time = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    write_instants(raw / "presence_events" / "no-file-time.parquet", [presence("unbounded", ahead)], no_time)
    snoozed = {"conversation_id": "c1", "ingested_at": at("13:00")}
    write_instants(raw / "conversation_events" / "snoozes.parquet", [
        row("s1", "snoozed", "09:00", snoozed_until=INFINITY, **snoozed),
        row("s2", "snoozed", "09:01", snoozed_until=-INFINITY, **snoozed),
        row("s3", "snoozed", "09:02", snoozed_until=unix_us(END_OF_9999) + 1, **snoozed),
        row("s4", "snoozed", "09:03", snoozed_until=END_OF_9999, **snoozed),
        row("s5", "snoozed", "09:04", snoozed_until=YEAR_1, **snoozed),
        row("s6", "language_set", "09:05", language="en", snoozed_until=INFINITY, **snoozed),
    ])  # fmt: skip


def write_orgs(raw: Path) -> None:
    """One topic of each org."""
    orgs = [*ORGS_SET_ASIDE, *ORGS_LOADED]
    write(raw / "topics" / "orgs.parquet", [
        row(f"o{number}", "upserted", "09:00", topic_id="t1", name="Topic") | {"org_id": org_id}
        for number, org_id in enumerate(orgs)
    ])  # fmt: skip


def write_rejected(raw: Path) -> None:
    """Rows with unknown codes, delivered again in other files, in another order of columns and at other times."""
    survey = {"survey_id": "s1", "conversation_id": "c1"}
    rows = [
        row("r1", "answered", "09:00", score=9, **survey),
        row("r2", "answered", "09:01", score=9, **survey),
        row(None, "answered", "09:02", score=9, **survey),
        row("r3", "answered", "09:03", score=5, **survey),
    ]
    write(raw / "csat_events" / "1.parquet", [one | {"ingested_at": at("10:00")} for one in rows])
    write(raw / "csat_events" / "2.parquet", [one | {"ingested_at": at("10:00")} for one in rows])
    write(raw / "csat_events" / "3.parquet", [dict(sorted(one.items())) | {"ingested_at": at("11:00")} for one in rows])
    write(raw / "csat_events" / "4.parquet", [rows[0] | {"ingested_at": at("10:00"), "score": 10}])
    unreadable = [rows[0] | {"ingested_at": at("10:00"), "score": text} for text in ("x", "y")]
    write(raw / "csat_events" / "5.parquet", unreadable)


def write_copies(raw: Path) -> None:
    """Event ids that come again, with other content and with the same, and message ids that are created again."""
    users = raw / "users"
    known = {"user_id": "u1", "user_type": "human"}
    write(users / "1.parquet", [
        row("renamed", "upserted", "09:00", name="Old Name", ingested_at=at("10:00"), **known),
        row("named", "upserted", "09:00", name=None, ingested_at=at("10:00"), **known),
        row("moved", "upserted", "09:00", name="Ann", ingested_at=at("10:00"), **known),
        row("same", "upserted", "09:00", name="Ann", ingested_at=at("10:00"), **known),
        row("broken", "upserted", "09:00", name="Ann", ingested_at=at("10:00"), **known),
    ])  # fmt: skip
    write(users / "2.parquet", [
        row("renamed", "upserted", "09:00", name="New Name", ingested_at=at("11:00"), **known),
        row("renamed", "upserted", "09:00", name="Newer Name", ingested_at=at("12:00"), **known),
        row("named", "upserted", "09:00", name="Ann", ingested_at=at("11:00"), **known),
        row("moved", "upserted", "09:01", name="Ann", ingested_at=at("11:00"), **known),
        row("same", "upserted", "09:00", name="Ann", ingested_at=at("11:00"), **known),
        row("broken", "upserted", "09:00", name="Bob", ingested_at=at("11:00"), **known | {"user_type": "cat"}),
    ])  # fmt: skip
    message = {"direction": "inbound", "author_type": "contact"}
    write(raw / "message_events" / "1.parquet", [
        row("m1", "created", "09:00", message_id="two-conversations", conversation_id="c1", **message),
        row("m2", "created", "09:01", message_id="two-conversations", conversation_id="c2", **message),
        row("m3", "created", "09:00", message_id="twice", conversation_id="c1", **message),
        row("m4", "created", "09:01", message_id="twice", conversation_id="c1", **message),
        row("m5", "created", "09:00", message_id="two-orgs", conversation_id="c1", **message),
        row("m6", "created", "09:00", message_id="two-orgs", conversation_id="c2", **message) | {"org_id": "globex"},
        row("m7", "created", "09:00", message_id="checked", conversation_id="c1", **message),
        row("m8", "checked", "09:01", message_id="checked", conversation_id="c2"),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The staging of a landing zone with all of these rows, on which the balance of rows has been tested."""
    folder = tmp_path_factory.mktemp("rows")
    for written in (write_times, write_orgs, write_rejected, write_copies):
        written(folder / "raw")
    return built(folder, "path:models/staging", "path:models/catalog/exports.sql", "int_orgs", "orgs")


@pytest.fixture
def ask(landed: duckdb.DuckDBPyConnection) -> Callable[[str], list[Any]]:
    """Rows of a query on that staging; of one column its values."""

    def rows(sql: str) -> list[Any]:
        found = landed.execute(sql).fetchall()
        return [one[0] if len(one) == 1 else one for one in found]

    return rows


def test_a_time_out_of_range_or_ahead_of_its_file_sets_the_row_aside(ask: Callable[[str], list[Any]]) -> None:
    assert ask("select event_id from staging.stg_presence_events order by 1") == [
        "1970", "2199", "a-day-ahead", "ingested-later", "unbounded",
    ]  # fmt: skip
    rejected = ask("select event_id, reason from staging.rejected_events where stream = 'presence_events' order by 1")
    out_of_range = "occurred_at is outside the years 1970 to 2199"
    ahead = "occurred_at is more than a day after its file was last written"
    assert rejected == [
        ("1969", out_of_range), ("2200", out_of_range), ("infinite", out_of_range), ("ingested-never", ahead),
        ("minus-infinite", out_of_range), ("more-ahead", ahead), ("year-290000", out_of_range),
    ]  # fmt: skip
    assert ask("select latest_event_at < timestamptz '2200-01-01' from marts.orgs where org_id = 'acme'") == [True]


def test_an_instant_that_no_calendar_shows_reads_as_null_with_a_warning(ask: Callable[[str], list[Any]]) -> None:
    read = ask("select event_id from staging.stg_conversation_events where snoozed_until is not null order by 1")
    assert read == ["s4", "s5"]
    warned = ask(
        "select column_name, row_count from staging.landing_warnings where stream = 'conversation_events' order by 1"
    )
    assert warned == [("snoozed_until", 3)], "a column that its type does not list is not read, so nothing warns of it"


def test_an_org_id_that_no_file_name_can_hold_sets_the_row_aside(ask: Callable[[str], list[Any]]) -> None:
    rejected = ask("select org_id, reason from staging.rejected_events where stream = 'topics'")
    assert dict(rejected) == ORGS_SET_ASIDE
    assert set(ask("select org_id from staging.stg_topics")) == set(ORGS_LOADED)


def test_every_org_that_loads_has_names_for_its_files(ask: Callable[[str], list[Any]]) -> None:
    run_id, stamp = "0" * 36, "01012025000000"
    patterns = ask("select family, export, folder, folder_pattern, file_name_pattern from catalog.exports")
    longest = 0
    for family, export, folder, folder_pattern, name_pattern in patterns:
        for org_id in ORGS_LOADED:
            fields = {"org_id": org_id, "family": family, "export": export, "folder": folder, "from": stamp,
                      "to": stamp, "as_of": stamp, "unix": "4102444800", "run_id": run_id, "uuid": run_id,
                      "extension": "parquet"}  # fmt: skip
            path = part_of(Path(folder_path(folder_pattern, fields)) / file_name(name_pattern, fields))
            longest = max(longest, *(len(part.encode()) for part in path.parts))
    assert len(patterns) == 41
    assert longest == 255, "no name is too long, and the longest org id that fits is not set aside"


def test_a_rejected_row_counts_once_however_often_it_is_delivered(ask: Callable[[str], list[Any]]) -> None:
    rejected = ask(
        "select event_id, reason, parse_filename(path), row_json ->> '$.score', deliveries"
        " from staging.rejected_events where stream = 'csat_events' order by 1 nulls first, 4"
    )
    out_of_range, unreadable = "score is out of range", "score cannot be read as bigint"
    assert rejected == [
        (None, "event_id is missing", "1.parquet", "9", 3),
        ("r1", out_of_range, "4.parquet", "10", 1),
        ("r1", out_of_range, "1.parquet", "9", 3),
        ("r1", unreadable, "5.parquet", "x", 1),
        ("r1", unreadable, "5.parquet", "y", 1),
        ("r2", out_of_range, "1.parquet", "9", 3),
    ]
    assert ask("select event_id, deliveries, copies_differ from staging.stg_csat_events") == [("r3", 3, False)]


def test_copies_that_differ_are_counted(ask: Callable[[str], list[Any]]) -> None:
    users = ask("select event_id, name, deliveries, copies_differ from staging.stg_users order by 1")
    assert users == [
        ("broken", "Ann", 1, False),
        ("moved", "Ann", 2, True),
        ("named", None, 2, True),
        ("renamed", "Old Name", 3, True),
        ("same", "Ann", 2, False),
    ]
    warned = ask(
        "select stream, column_name, problem, row_count from staging.landing_warnings"
        " where stream in ('users', 'message_events') order by 1"
    )
    assert warned == [
        ("message_events", "message_id", "message ids are created in more than one conversation; the first counts", 1),
        ("users", "event_id", "event ids have copies that differ in more than ingested_at; the first copy counts", 3),
    ]
