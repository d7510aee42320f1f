"""Windows of schedules: no gap, no overlap, whole on the clock, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.schedules.windows import FREQUENCIES, Window, windows
from care.times import Moment, first_instant

ZONES = [
    "Europe/Brussels",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Pacific/Apia",
    "UTC",
]


def of(frequency: str, zone: str, first: date, until: date) -> list[Window]:
    """The windows from one local day up to another."""
    zoned = ZoneInfo(zone)
    end = first_instant(until, zoned).instant
    return list(takewhile(lambda w: w.end.instant <= end, windows(frequency, zoned, first_instant(first, zoned))))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("frequency", sorted(FREQUENCIES))
def test_a_year_has_no_gap_and_no_overlap(zone: str, frequency: str) -> None:
    found = of(frequency, zone, date(2024, 12, 30), date(2026, 1, 12))
    assert found[0].start == first_instant(date(2024, 12, 30), ZoneInfo(zone))
    assert found[-1].end == first_instant(date(2026, 1, 12), ZoneInfo(zone))
    assert all(earlier.end == later.start for earlier, later in pairwise(found))
    assert all(window.start.instant < window.end.instant for window in found)
    for window in found:
        local = window.start.instant.astimezone(ZoneInfo(zone))
        assert window.start.local == local.replace(tzinfo=None, fold=0)
        assert local.minute == 0
        if frequency == "weekly":
            assert local.weekday() == 0
    assert len(found) == {"hourly": len(found), "daily": 378, "weekly": 54}[frequency]


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("Europe/Brussels", date(2025, 3, 30), date(2025, 10, 26)),
        ("America/New_York", date(2025, 3, 9), date(2025, 11, 2)),
        ("Africa/Cairo", date(2025, 4, 25), date(2025, 10, 30)),
    ],
)
def test_days_of_a_clock_change_have_23_and_25_hours(zone: str, spring: date, autumn: date) -> None:
    day = timedelta(days=1)
    assert len(of("hourly", zone, spring, spring + day)) == 23
    assert len(of("hourly", zone, autumn, autumn + day)) == 25
    for first, hours in ((spring, 23), (autumn, 25)):
        (window,) = of("daily", zone, first, first + day)
        assert window.end.instant - window.start.instant == timedelta(hours=hours)


@pytest.mark.parametrize("changed", [date(2025, 10, 5), date(2025, 4, 6)])
def test_a_change_by_half_an_hour_makes_one_hour_longer(changed: date) -> None:
    found = of("hourly", "Australia/Lord_Howe", changed, changed + timedelta(days=1))
    minutes = [int((w.end.instant - w.start.instant).total_seconds()) // 60 for w in found]
    assert sorted(set(minutes)) == [60, 90]
    assert minutes.count(90) == 1


def test_a_day_that_a_zone_leaves_out_has_no_window() -> None:
    found = of("daily", "Pacific/Apia", date(2011, 12, 28), date(2012, 1, 1))
    assert [window.start.local.date().day for window in found] == [28, 29, 31]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    instant=st.datetimes(datetime(2025, 1, 1), datetime(2025, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
    frequency=st.sampled_from(sorted(FREQUENCIES)),
)
def test_windows_begin_at_the_start_or_later(instant: datetime, zone: str, frequency: str) -> None:
    first, second = islice(windows(frequency, ZoneInfo(zone), Moment(instant)), 2)
    assert first.start.instant >= instant
    assert first.end == second.start
    longest = {"hourly": timedelta(minutes=90), "daily": timedelta(hours=25), "weekly": timedelta(days=7, hours=1)}
    assert first.start.instant - instant < longest[frequency]
