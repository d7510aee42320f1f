"""The buckets of a window: months, weeks and days of the local calendar, and equal steps inside local days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .khoros_request import KhorosRequest

WEEK_MS, DAY_MS = 604_800_000, 86_400_000
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def first_instant(day: date, zone: tzinfo) -> datetime:
    """The first instant whose local date is a day: of two midnights the earlier, without one the end of the gap."""
    midnight = datetime.combine(day, time(), zone)
    told = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    for instant in told:
        if instant.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
            return instant
    before, after = told  # clocks jump over midnight between the two
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before) // SECOND // 2)
        before, after = (before, middle) if middle.astimezone(zone).date() >= day else (middle, after)
    return after


def first_day(day: date, interval_ms: int) -> date:
    """The first day of the month, the week, or the day itself."""
    if interval_ms > WEEK_MS:
        return day.replace(day=1)
    return day - day.weekday() * DAY if interval_ms == WEEK_MS else day


def next_day(day: date, interval_ms: int) -> date:
    """The first day of the next month, week, or the next day."""
    if interval_ms > WEEK_MS:
        return (day + 31 * DAY).replace(day=1)
    return day + (7 * DAY if interval_ms == WEEK_MS else DAY)


def buckets(request: KhorosRequest) -> Iterator[tuple[datetime, datetime]]:
    """Every bucket that overlaps the window, cut to it."""
    interval_ms, zone = request.time_interval, request.zone
    day = first_day(request.window_start.astimezone(zone).date() - DAY, interval_ms)
    step = timedelta(milliseconds=interval_ms)
    while (from_at := first_instant(day, zone)) < request.window_end:
        day = next_day(day, interval_ms)
        end_at = first_instant(day, zone)
        while from_at < end_at:
            to_at = end_at if interval_ms >= DAY_MS else min(from_at + step, end_at)
            if from_at < request.window_end and to_at > request.window_start:
                yield max(from_at, request.window_start), min(to_at, request.window_end)
            from_at = to_at
