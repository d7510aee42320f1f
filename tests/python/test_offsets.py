"""The offsets that files are printed with are the engine's own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from care.export_file.offsets import local_time, offsets_around, offsets_between
from care.requests.request import Request, bind
from care.times import Moment
from care.warehouse.catalog import open_published
from small_warehouse import make_small_warehouse

# Half-hour changes, midnight changes, Ramadan, no changes, a day left out, a change of the standard time, odd seconds.
ZONES = [
    "Europe/Brussels", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia",
    "America/Caracas", "Africa/Monrovia", "Antarctica/Troll", "Pacific/Chatham", "Asia/Gaza", "UTC",
]  # fmt: skip


def micros(text: str) -> int:
    """Microseconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_are_those_of_the_engine(zone: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = ?", [zone])
        offsets = offsets_between(connection, micros("1971-06-01T12:34:56"), micros("2030-01-01"))
        # Every four hours and a bit, so that all minutes of the day are met, and from outside on both ends.
        connection.execute(
            "create table instants as select unnest(generate_series(timestamptz '1965-01-01 00:00:00.123456+00',"
            " timestamptz '2035-01-01 00:00:00+00', interval '14407 seconds')) as instant"
            " union all select unnest([null, 'infinity', '-infinity'])::timestamptz"
        )
        # And the last and first instants around every change.
        connection.execute(
            "insert into instants select make_timestamptz(change + shift)"
            " from (select unnest(?::bigint[]) as change), (select unnest([-1, 0, 1]) as shift)",
            [[since for since, _ in offsets]],
        )
        different = connection.execute(
            f"select instant, {local_time('instant', offsets)} as fast, timezone(?, instant) as slow from instants"
            " where fast is distinct from slow",
            [zone],
        ).fetchall()
    assert different == []
    assert len(offsets) >= 2


def test_changes_are_found_to_the_second() -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Europe/Brussels'")
        offsets = offsets_between(connection, micros("2025-01-01T10:00:00"), micros("2025-12-30T10:00:00"))
    hour = 3_600_000_000
    assert offsets == (
        (micros("2025-01-01"), hour),
        (micros("2025-03-30T01:00:00"), 2 * hour),
        (micros("2025-10-26T01:00:00"), hour),
        (micros("2025-12-31"), 0),
    )


def test_the_request_says_where_to_look(tmp_path: Path) -> None:
    instant = Moment(datetime(2025, 3, 1, tzinfo=UTC))
    with open_published(make_small_warehouse(tmp_path)) as connection:
        cursor = connection.cursor()
        bind(cursor, Request("acme", "Europe/Brussels", window_start=instant))
        offsets = offsets_around(cursor)
        bind(cursor, Request("nobody", "Europe/Brussels"))
        assert offsets_around(cursor) == ()
    assert offsets[0][0] == micros("2024-03-01")
    assert offsets[-1][0] == micros("2026-04-01")


def test_a_latest_event_beyond_every_calendar_has_no_offsets_around_it(tmp_path: Path) -> None:
    infinite = "update marts.orgs set latest_event_at = timestamptz 'infinity' where org_id = 'acme'"
    with open_published(make_small_warehouse(tmp_path, infinite)) as connection:
        cursor = connection.cursor()
        bind(cursor, Request("acme", "Europe/Brussels"))
        assert offsets_around(cursor) == ()


def test_without_offsets_the_engine_converts() -> None:
    assert local_time("at", ()) == "timezone(current_setting('TimeZone'), at)"
