"""Opening hours: seconds between two instants in which a channel was open, by walking local calendar days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MIDNIGHT_MINUTES = 24 * 60


def cut_to_second(instant: datetime) -> datetime:
    """The instant without its fraction of a second."""
    return instant.replace(microsecond=0)


def seconds_between(from_at: datetime, to_at: datetime) -> int:
    """Whole seconds: both ends are cut first, so that pieces add up."""
    return int((cut_to_second(to_at) - cut_to_second(from_at)).total_seconds())


def instant_of(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant of a local time; of two the later one, and a skipped one moves forward by the gap."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    # For an ambiguous time fold=1 is the later one; for a skipped time fold=0 is the one after the gap.
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def minutes_of(clock: str) -> int:
    """Minutes from midnight of 'HH:MM', 24:00 included."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def open_parts(day: date, windows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[date, int, int]]:
    """(calendar date, opening minute, closing minute) of the windows that begin on a day, cut at midnight."""
    for window in windows:
        if window["weekday"] != day.isoweekday():
            continue
        opens, closes = minutes_of(window["opens"]), minutes_of(window["closes"])
        if closes > opens:
            yield day, opens, closes
        else:
            yield day, opens, MIDNIGHT_MINUTES
            yield day + DAY, 0, closes


def open_seconds(channel: Mapping[str, Any], from_at: datetime, to_at: datetime) -> int:
    """Seconds from `from_at` to `to_at` inside the channel's opening hours (all of them without hours)."""
    windows = channel.get("opening_hours")
    if not windows:
        return seconds_between(from_at, to_at)
    zone = ZoneInfo(channel.get("opening_timezone") or "UTC")
    holidays = set(channel.get("holidays") or ())
    start, end = cut_to_second(from_at), cut_to_second(to_at)
    intervals: list[tuple[datetime, datetime]] = []
    day = start.astimezone(zone).date() - 2 * DAY
    while day <= end.astimezone(zone).date() + DAY:
        for local_date, opens, closes in open_parts(day, windows):
            if local_date not in holidays:
                opened = max(instant_of(local_date, opens, zone), start)
                closed = min(instant_of(local_date, closes, zone), end)
                if opened < closed:
                    intervals.append((opened, closed))
        day += DAY
    return sum(int((closed - opened).total_seconds()) for opened, closed in union(intervals))


def union(intervals: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The intervals without overlaps."""
    merged: list[tuple[datetime, datetime]] = []
    for opened, closed in sorted(intervals):
        if merged and opened <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closed))
        else:
            merged.append((opened, closed))
    return merged
