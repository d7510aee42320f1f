"""The windows of a schedule: whole hours, days or ISO weeks on the clock of its time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from care.times import Moment, first_instant

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Window:
    """From `start`, included, to `end`, not included."""

    start: Moment
    end: Moment


def windows(frequency: str, zone: ZoneInfo, since: Moment) -> Iterator[Window]:
    """The windows that begin at `since` or later, oldest first, without end.

    They neither overlap nor leave a gap: across a change of the clocks a day has 23 or 25 hours, and where clocks
    change by half an hour, one hour has 90 minutes.
    """
    return FREQUENCIES[frequency](zone, since)


def last_days(count: int, end: Moment, zone: ZoneInfo) -> Window:
    """The whole local days, so many of them, of which the last is over by `end`."""
    day = end.instant.astimezone(zone).date()
    return Window(first_instant(day - timedelta(days=count), zone), first_instant(day, zone))


def _hours(zone: ZoneInfo, since: Moment) -> Iterator[Window]:
    start = since.instant if _is_whole_hour(since.instant, zone) else _next_hour(since.instant, zone)
    while True:
        end = _next_hour(start, zone)
        yield Window(_moment(start, zone), _moment(end, zone))
        start = end


def _next_hour(instant: datetime, zone: ZoneInfo) -> datetime:
    """The next instant at which the clock shows a whole hour."""
    local = instant.astimezone(zone)
    guess = instant + HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    if guess.astimezone(zone).utcoffset() == local.utcoffset():
        return guess
    # Clocks change in between, perhaps by half an hour only; they do so on whole minutes.
    later = instant.replace(second=0, microsecond=0) + MINUTE
    while not _is_whole_hour(later, zone):
        later += MINUTE
    return later


def _is_whole_hour(instant: datetime, zone: ZoneInfo) -> bool:
    local = instant.astimezone(zone)
    return (local.minute, local.second, local.microsecond) == (0, 0, 0)


def _days(zone: ZoneInfo, since: Moment) -> Iterator[Window]:
    return _spans(zone, since, lambda day: day, timedelta(days=1))


def _weeks(zone: ZoneInfo, since: Moment) -> Iterator[Window]:
    return _spans(zone, since, lambda day: day - timedelta(days=day.weekday()), timedelta(weeks=1))


def _spans(zone: ZoneInfo, since: Moment, first_day: Callable[[date], date], length: timedelta) -> Iterator[Window]:
    day = first_day(since.instant.astimezone(zone).date())
    while True:
        start, end = first_instant(day, zone), first_instant(day + length, zone)
        # A zone that crosses the date line leaves out a day.
        if since.instant <= start.instant < end.instant:
            yield Window(start, end)
        day += length


def _moment(instant: datetime, zone: ZoneInfo) -> Moment:
    return Moment(instant.astimezone(UTC), instant.astimezone(zone).replace(tzinfo=None, fold=0))


FREQUENCIES: dict[str, Callable[[ZoneInfo, Moment], Iterator[Window]]] = {
    "hourly": _hours,
    "daily": _days,
    "weekly": _weeks,
}
