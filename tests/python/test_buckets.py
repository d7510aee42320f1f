"""Buckets of an interval: they part the window where the local calendar says, and their numbers add up to its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle import Request
from warehouse import Built, bound

LASTING = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}
ZONES = ["UTC", "Europe/Amsterdam", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR, DAY, WEEK, MONTH = 3_600_000, 86_400_000, 604_800_000, 2_678_400_000
# The farthest that a bucket reaches, so that windows have a few of them and not thousands.
LENGTHS = {300_000: timedelta(hours=9), HOUR: timedelta(days=3), 8 * HOUR: timedelta(days=9), DAY: timedelta(days=40)}
ADDED = [
    *("responses", "first_responses", "subsequent_responses", "handle_time", "available_time", "custom_state_time"),
    *("approvals_requested", "approvals_decided", "csat_responses"),
]


def asked(warehouse: Built, request: Request, zone: str, interval: int) -> duckdb.DuckDBPyConnection:
    """A session that asks for buckets of an interval in a time zone."""
    cursor = bound(warehouse.connection, request)
    cursor.execute(f"set TimeZone = '{zone}'")
    cursor.execute(f"set variable time_interval = {interval}")
    return cursor


def first_second(day: date, zone: str) -> datetime:
    """The first second of a local day, found by trying each quarter hour around it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    quarters = (midnight + timedelta(minutes=15 * number) for number in range(-64, 64))
    return next(quarter for quarter in quarters if quarter.astimezone(ZoneInfo(zone)).date() >= day)


def begins(day: date, interval: int) -> bool:
    """Whether a bucket of an interval may begin with a day."""
    return interval <= DAY or (day.weekday() == 0 if interval == WEEK else day.day == 1)


def told_buckets(start: datetime, end: datetime, zone: str, interval: int) -> list[tuple[datetime, datetime]]:
    """The buckets of a window, walked day by day."""
    days = (start.astimezone(ZoneInfo(zone)).date() + timedelta(days=number) for number in range(-32, 200))
    borders = [first_second(day, zone) for day in days if begins(day, interval)]
    buckets = []
    for begun, ended in pairwise(borders):
        while begun < ended:
            until = min(begun + timedelta(milliseconds=interval), ended) if interval < DAY else ended
            if begun < end and until > start:
                buckets.append((max(begun, start), min(until, end)))
            begun = until
    return buckets


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=15, **LASTING)
@given(data=st.data())
def test_buckets_part_the_window_by_the_local_calendar(random_warehouse: Built, zone: str, data: st.DataObject) -> None:
    interval = data.draw(st.sampled_from([*LENGTHS, WEEK, MONTH]))
    around = data.draw(st.sampled_from([datetime(2025, month, 28, tzinfo=UTC) for month in (3, 4, 10, 11)]))
    start = around + timedelta(minutes=data.draw(st.integers(-9000, 12000)))
    end = start + data.draw(st.timedeltas(timedelta(seconds=1), LENGTHS.get(interval, timedelta(days=100))))
    cursor = asked(random_warehouse, Request("acme", start, end), zone, interval)
    found = cursor.execute(
        "select epoch_us(interval_start), epoch_us(interval_end) from requested.req_khoros_intervals order by all"
    ).fetchall()
    told = told_buckets(start, end, zone, interval)
    assert found == [tuple((instant - EPOCH) // timedelta(microseconds=1) for instant in bucket) for bucket in told]


@settings(max_examples=12, **LASTING)
@given(data=st.data())
def test_buckets_add_up_to_the_window(random_warehouse: Built, data: st.DataObject) -> None:
    landed = (row.get("occurred_at") for rows in random_warehouse.events.values() for row in rows)
    instants = sorted({instant for instant in landed if instant is not None})
    interval = data.draw(st.sampled_from(sorted(LENGTHS)))
    start = data.draw(st.sampled_from(instants))
    request = Request(data.draw(st.sampled_from(["acme", "globex"])), start, start + LENGTHS[interval])
    cursor = asked(random_warehouse, request, data.draw(st.sampled_from(ZONES)), interval)

    def sums(report: str) -> list[tuple]:
        added = ", ".join(f"sum({name}) as {name}" for name in ADDED)
        query = f"select team_id, agent_id, {added} from khoros_care.{report} group by all order by all"
        return [row for row in cursor.execute(query).fetchall() if any(row[2:])]

    assert sums("team_performance_interval") == sums("team_performance")
