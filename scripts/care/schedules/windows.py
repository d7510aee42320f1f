"""The windows of a schedule: whole hours, days or ISO weeks on the clock of its time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile
from zoneinfo import ZoneInfo

from care.times import Moment, Span, first_instant

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# No window is longer, even at a clock change.
LONGEST = timedelta(days=9)


@dataclass(frozen=True)
class Window:
    """From `start` (included) to `end` (excluded); `is_partial` if it is shorter than its hour, day or week."""

    start: Moment
    end: Moment
    is_partial: bool = False

    @property
    def span(self) -> Span:
        """Its two instants."""
        return self.start.instant, self.end.instant


def windows(frequency: str, zone: ZoneInfo, since: Moment) -> Iterator[Window]:
    """The windows that begin at `since` or later, oldest first, without end.

    They neither overlap nor leave a gap: across a change of the clocks a day has 23 or 25 hours, and where clocks
    change by half an hour, one hour has 90 minutes.
    """
    return FREQUENCIES[frequency](zone, since)


def windows_between(frequency: str, zone: ZoneInfo, start: datetime, end: datetime | None = None) -> Iterator[Window]:
    """The windows that together are all instants from `start` to `end`, oldest first; without an end they never stop.

    The first and the last one are partial where `start` and `end` lie inside a window.
    """
    whole = windows(frequency, zone, Moment(start - LONGEST))
    for window in dropwhile(lambda window: window.end.instant <= start, whole):
        if end is not None and window.start.instant >= end:
            return
        first = max(window.start.instant, start)
        last = window.end.instant if end is None else min(window.end.instant, end)
        if (first, last) == window.span:
            yield window
        else:
            yield Window(moment_in(first, zone), moment_in(last, zone), is_partial=True)


def gaps(start: datetime, end: datetime | None, spans: Sequence[Span]) -> Iterator[tuple[datetime, datetime | None]]:
    """The gaps between the spans from `start` to `end`, oldest first; without `end` the last gap has no end."""
    reached = start
    for first, last in sorted(spans):
        if end is not None and first >= end:
            break
        if first > reached:
            yield reached, first
        reached = max(reached, last)
    if end is None or reached < end:
        yield reached, end


def last_days(count: int, end: Moment, zone: ZoneInfo) -> Window:
    """The given number of whole local days, of which the last is over by `end`."""
    day = end.instant.astimezone(zone).date()
    return Window(first_instant(day - timedelta(days=count), zone), first_instant(day, zone))


def _hours(zone: ZoneInfo, since: Moment) -> Iterator[Window]:
    start = since.instant if _is_whole_hour(since.instant, zone) else _next_hour(since.instant, zone)
    while True:
        end = _next_hour(start, zone)
        yield Window(moment_in(start, zone), moment_in(end, zone))
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


def moment_in(instant: datetime, zone: ZoneInfo) -> Moment:
    """An instant with its local time in a zone."""
    return Moment(instant.astimezone(UTC), instant.astimezone(zone).replace(tzinfo=None, fold=0))


FREQUENCIES: dict[str, Callable[[ZoneInfo, Moment], Iterator[Window]]] = {
    "hourly": _hours,
    "daily": _days,
    "weekly": _weeks,
}
