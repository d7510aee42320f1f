"""The landing contract on a hostile landing zone: nothing valid is missing, all else is listed with its reason."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oracle import Request
from simulation.story import Story, write_landing
from warehouse import build, export_rows

MODELS = ("+path:models/exports/sparkcentral", "+path:models/catalog", "path:models/staging")
BALANCE = ("every_row_read_is_accounted_for", "every_file_is_loaded_or_refused")
DAY = datetime(2025, 3, 3, tzinfo=UTC)
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def at(clock: str) -> datetime:
    """An instant of the day: HH:MM or HH:MM:SS, UTC."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))


def row(event_id: str, event_type: str, when: str | datetime, **columns: Any) -> dict[str, Any]:
    """One landed row of org acme."""
    occurred_at = at(when) if isinstance(when, str) else when
    return {"event_id": event_id, "event_type": event_type, "org_id": "acme", "occurred_at": occurred_at} | columns


def write(path: Path, rows: list[dict[str, Any]], schema: pa.Schema | None = None, **options: Any) -> Path:
    """A Parquet file of rows, the types as pyarrow infers them unless a schema is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, **options)
    return path


def built(folder: Path, *models: str) -> duckdb.DuckDBPyConnection:
    """The warehouse of `<folder>/raw`, on which the balance of files and rows has been tested."""
    database = build(folder / "raw", folder / "warehouse", *BALANCE, models=models or MODELS)
    return duckdb.connect(str(database), read_only=True)


def export(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """All rows of an export of org acme."""
    return export_rows(connection, name, Request("acme", *ALWAYS))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One good conversation among files and rows of every bad kind."""
    folder = tmp_path_factory.mktemp("hostile")
    raw = folder / "raw"
    story = Story(org_id="acme", start="2025-03-03 10:00+00:00")
    story.created("c1", contact="p1", channel_id="ch-1").inbound("m1", "hello").outbound("m2", "hi", agent="a1")
    write_landing(story.events, raw)
    messages = raw / "message_events"
    message = {"message_id": "m9", "conversation_id": "c1", "direction": "inbound", "author_type": "contact"}
    good = [row(f"x{number}", "created", "11:00", **message | {"message_id": f"x{number}"}) for number in range(2000)]

    (messages / "text.parquet").write_text("no Parquet at all")
    (messages / "nothing.parquet").write_bytes(b"")
    (messages / "notes.csv").write_text("event_id,event_type")
    (messages / "_SUCCESS").write_text("")
    whole = write(folder / "whole.parquet", good).read_bytes()
    (messages / "truncated.parquet").write_bytes(whole[: len(whole) // 2])
    plain = {"write_page_checksum": True, "compression": "none", "use_dictionary": False}
    checked = write(folder / "checked.parquet", good, **plain).read_bytes()
    middle = checked.index(b"x1234") + 3
    (messages / "flipped.parquet").write_bytes(checked[:middle] + bytes([checked[middle] ^ 1]) + checked[middle + 1 :])
    write(messages / "no-key.parquet", [row("k1", "created", "11:00", conversation_id="c1")])
    write(messages / "no-zone.parquet", [row("z1", "created", DAY.replace(tzinfo=None), **message)])
    write(messages / "as-text.parquet", [row("t1", "created", "11:00", **message) | {"occurred_at": "11:00"}])
    write(messages / "nested-id.parquet", [row("n1", "created", "11:00", **message) | {"message_id": ["m9"]}])
    write(raw / "mesage_events" / "typo.parquet", [row("y1", "created", "11:00", **message)])
    write(messages / "empty.parquet", [], pa.schema({"event_id": pa.string(), "event_type": pa.string(), "org_id":
          pa.string(), "occurred_at": pa.timestamp("us", "UTC"), "message_id": pa.string(),
          "conversation_id": pa.string()}))  # fmt: skip
    write(messages / "org_id=other" / "deep [1]*'.parquet", [row("d1", "created", "11:30", **message, extra="ignored")])
    shutil.copytree(messages / "org_id=other", messages / "again")
    write(raw / "csat_events" / "numbers-as-text.parquet", [
        row("s1", "answered", "12:00", survey_id="s1", conversation_id="c1", score="4"),
        row("s2", "answered", "12:01", survey_id="s2", conversation_id="c1", score="four"),
        row("s3", "answered", "12:02", survey_id="s3", conversation_id="c1", score="4.5"),
        row("s4", "sent", "12:03", survey_id="s4", conversation_id="c1", score="never read here"),
    ])  # fmt: skip
    write(
        raw / "topic_events" / "integer-ids.parquet", [row("i1", "applied", "12:00", conversation_id="c1", topic_id=7)]
    )
    write(
        raw / "topic_events" / "text-ids.parquet", [row("i2", "applied", "12:01", conversation_id="c1", topic_id="007")]
    )
    write(raw / "channels" / "hours.parquet", [
        row("h1", "upserted", "08:00", channel_id="ch-1", medium="web", name="Web", opening_timezone="Mars/Olympus",
            opening_hours=[{"weekday": 1, "opens": "9 o'clock", "closes": "17:00"}]),
    ])  # fmt: skip
    return built(folder)


def test_bad_files_are_refused_whole_with_their_reason(hostile: duckdb.DuckDBPyConnection) -> None:
    refused = dict(
        hostile.execute(
            "select parse_filename(path), reason from staging.landing_files where status = 'refused'"
        ).fetchall()
    )
    expected = {
        "text.parquet": "not a readable Parquet file",
        "nothing.parquet": "not a readable Parquet file",
        "notes.csv": "its name does not end in .parquet",
        "truncated.parquet": "not a readable Parquet file",
        "flipped.parquet": "damaged content",
        "no-key.parquet": "lacks the column message_id",
        "no-zone.parquet": "occurred_at is a timestamp without time zone",
        "as-text.parquet": "occurred_at is VARCHAR, which cannot be read as timestamptz",
        "nested-id.parquet": "message_id is VARCHAR[], which cannot be read as varchar",
        "typo.parquet": "lies in no folder of a known stream",
    }
    assert refused.keys() == expected.keys()
    assert {name: reason for name, reason in refused.items() if not reason.startswith(expected[name])} == {}


def test_everything_valid_is_loaded_beside_bad_files(hostile: duckdb.DuckDBPyConnection) -> None:
    assert {message["message_id"] for message in export(hostile, "message")} == {"m1", "m2", "m9"}
    (conversation,) = export(hostile, "open_conversation")
    assert conversation["topic_ids"] == "7, 007"


def test_values_that_cannot_be_read_are_null_or_set_the_row_aside(hostile: duckdb.DuckDBPyConnection) -> None:
    rejected = hostile.execute("select event_id, reason, row_json from staging.rejected_events order by 1").fetchall()
    assert [found[:2] for found in rejected] == [
        ("s2", "score cannot be read as bigint"),
        ("s3", "score cannot be read as bigint"),
    ]
    assert '"score":"four"' in rejected[0][2]
    warned = hostile.execute(
        "select stream, column_name, row_count from staging.landing_warnings order by 1, 2"
    ).fetchall()
    assert warned == [("channels", "opening_hours", 1), ("channels", "opening_timezone", 1)]
    scores = hostile.execute("select survey_id, score from marts.surveys order by 1").fetchall()
    assert scores == [("s1", 4), ("s4", None)]


def test_odd_columns_reach_staging_as_far_as_the_contract_knows_them(empty_folder: Path) -> None:
    folder = empty_folder / "raw" / "message_events"
    message = {"conversation_id": "c1", "direction": "inbound", "author_type": "contact"}
    rows = [
        row(f"e{n}", "created", "10:00", **message, filename="a", file_row_number=n, extra=b"\xff") for n in range(3)
    ]
    texts = {"message_id": [b"m0", b"\xff\xfe", b"m2"], "content": ["hi".encode("utf-16"), b"hello", b"caf\xe9"]}
    table = pa.Table.from_pylist(rows)
    for name, values in texts.items():
        table = table.append_column(name, pa.array(values, pa.binary()))
    folder.mkdir(parents=True)
    pq.write_table(table, folder / "a.parquet")
    os.mkfifo(folder / "pipe.parquet")
    channel = row("h1", "upserted", "08:00", channel_id="ch-1", medium="web", name="Web")
    write(empty_folder / "raw" / "channels" / "a.parquet", [channel | {"opening_hours": [{"day": 1, "von": "09:00"}]}])
    with built(empty_folder, "path:models/staging") as connection:
        messages = "select message_id, content, unreadable from staging.stg_message_events order by event_id"
        assert connection.execute(messages).fetchall() == [("m0", None, ",content,"), ("m2", None, ",content,")]
        (rejected,) = connection.execute("select event_id, row_json from staging.rejected_events").fetchall()
        assert rejected[0] == "e1"
        assert json.loads(rejected[1]) | {"occurred_at": None} == {
            "event_id": "e1", "event_type": "created", "org_id": "acme", "occurred_at": None, **message,
            "message_id": "\\xff\\xfe", "content": "hello",
        }  # fmt: skip
        warned = connection.execute("select stream, column_name, row_count from staging.landing_warnings order by 1, 2")
        assert warned.fetchall() == [("channels", "opening_hours", 1), ("message_events", "content", 2)]
        refused = "select reason from staging.landing_files where status = 'refused'"
        assert connection.execute(refused).fetchall() == [("is a named pipe, no regular file",)]


def test_earliest_valid_copy_counts_once(empty_folder: Path) -> None:
    survey = {"survey_id": "s1", "conversation_id": "c1"}
    for name, landed, score in (("a", "10:05", 4), ("b", "10:07", 5), ("c", "10:01", 9), ("d", "10:01", 9)):
        path = empty_folder / "raw" / "csat_events" / f"{name}.parquet"
        write(path, [row("e1", "answered", "10:00", ingested_at=at(landed), score=score, **survey)])
    with built(empty_folder) as connection:
        assert connection.execute("select score, deliveries from staging.stg_csat_events").fetchall() == [(4, 2)]
        rejected = connection.execute("select reason, deliveries from staging.rejected_events").fetchall()
        assert rejected == [("score is out of range", 2)]
        warned = connection.execute("select column_name, row_count from staging.landing_warnings").fetchall()
        assert warned == [("event_id", 1)]


def test_bad_rows_are_set_aside_and_counted(empty_folder: Path) -> None:
    landed = datetime(2025, 3, 1, 10, tzinfo=UTC)
    rows = [
        row("e1", "status_changed", landed - timedelta(hours=1), status="resolved", resolved_by=None),
        row("e2", "status_changed", landed - timedelta(minutes=55), status="closed", resolved_by=None),
        row("e3", "status_changed", landed - timedelta(minutes=50), status="resolved", resolved_by="robot"),
        row("e4", "status_changed", landed + timedelta(days=1), status="new", resolved_by=None),
        row("e5", "status_changed", landed + timedelta(days=1, seconds=1), status="new", resolved_by=None),
    ]
    rows = [one | {"conversation_id": "c1", "ingested_at": landed} for one in rows]
    folder = empty_folder / "raw" / "conversation_events"
    write(folder / "a.parquet", rows)
    write(folder / "b.parquet", [{name: value for name, value in rows[0].items() if name != "event_id"}])
    with built(empty_folder) as connection:
        loaded = connection.execute("select event_id from staging.stg_conversation_events order by 1").fetchall()
        assert loaded == [("e1",), ("e3",), ("e4",)]
        assert connection.execute("select event_id, reason from staging.rejected_events order by 1").fetchall() == [
            ("e2", "unknown code in status"),
            ("e5", "occurred_at is more than a day after ingested_at"),
        ]
        statuses = connection.execute(
            "select status, count(*) from staging.landing_files group by 1 order by 1"
        ).fetchall()
        assert statuses == [("loaded", 1), ("refused", 1)]


def test_unknown_code_is_empty_or_rejected(empty_folder: Path) -> None:
    raw = empty_folder / "raw"
    write(raw / "conversation_events" / "a.parquet", [
        row("e1", "status_changed", "10:00", conversation_id="c1", status="resolved", resolved_by="robot"),
        row("e2", "status_changed", "10:01", conversation_id="c1", status="closed", resolved_by=None),
    ])  # fmt: skip
    created = {"conversation_id": "c1", "channel_id": "ch-1", "contact_profile_id": "p1"}
    write(raw / "conversation_events" / "b.parquet", [row("e0", "created", "09:59", priority=9, **created)])
    message = {"conversation_id": "c1", "author_type": "agent", "author_id": "a1"}
    write(raw / "message_events" / "a.parquet", [
        row("e3", "created", "10:02", message_id="m3", direction="outbound", outbound_type="broadcast", **message),
        row("e4", "created", "10:03", message_id="m4", direction="sideways", outbound_type=None, **message),
    ])  # fmt: skip
    with built(empty_folder) as connection:
        (conversation,) = export(connection, "resolved_conversation")
        assert (conversation["resolved_at"], conversation["resolved_by"]) == (at("10:00"), None)
        assert (conversation["current_status"], conversation["outbound_messages"]) == ("Resolved", 1)
        assert [message["outbound_message_type"] for message in export(connection, "message")] == ["broadcast"]
        assert connection.execute("select priority from marts.conversations").fetchall() == [(None,)]
        warned = connection.execute(
            "select column_name, code, row_count from staging.landing_warnings order by 1"
        ).fetchall()
        assert warned == [("outbound_type", "broadcast", 1), ("priority", "9", 1), ("resolved_by", "robot", 1)]
        assert connection.execute("select event_id from staging.rejected_events order by 1").fetchall() == [
            ("e2",),
            ("e4",),
        ]


def test_late_event_and_new_hours_change_finished_conversation(empty_folder: Path) -> None:
    raw = empty_folder / "raw"
    hours = [{"weekday": 1, "opens": "09:00", "closes": "17:00"}]
    channel = {"channel_id": "ch-1", "medium": "web", "name": "Web"}
    message = {"conversation_id": "c1", "direction": "outbound", "author_type": "agent", "author_id": "a1"}

    def first_response() -> int:
        with built(empty_folder, "+sparkcentral__open_conversation", *MODELS[1:]) as connection:
            return export(connection, "open_conversation")[0]["first_response_time_s"]

    write(raw / "channels" / "1.parquet", [row("h1", "upserted", "08:00", opening_hours=hours, **channel)])
    write(raw / "conversation_events" / "1.parquet", [
        row("e1", "created", "09:30", conversation_id="c1", channel_id="ch-1", contact_profile_id="p1"),
    ])  # fmt: skip
    write(raw / "message_events" / "1.parquet", [
        row("e2", "created", "09:30", message_id="m1", **message | {"direction": "inbound", "author_type": "contact"}),
        row("e3", "created", "10:10", message_id="m2", **message),
    ])  # fmt: skip
    assert first_response() == 2400
    later = [{"weekday": 1, "opens": "10:00", "closes": "17:00"}]
    write(raw / "channels" / "2.parquet", [row("h2", "upserted", "18:00", opening_hours=later, **channel)])
    assert first_response() == 600
    write(raw / "message_events" / "2.parquet", [row("e4", "created", "10:02", message_id="m3", **message)])
    assert first_response() == 120
