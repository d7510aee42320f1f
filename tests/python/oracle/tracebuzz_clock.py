"""A time zone's clock: which local quarter hour an instant shows, and which instants one quarter hour or day has.

Local times are written as the Unix second that they would be in UTC, so that they can be counted with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER, HOUR, DAY = 900, 3600, 86400


def unix(instant: datetime) -> int:
    """Unix seconds of an instant, cut to the second."""
    return (instant - EPOCH) // timedelta(seconds=1)


def instant_of(unix_s: int) -> datetime:
    """The instant of a Unix second."""
    return EPOCH + timedelta(seconds=unix_s)


class LocalClock:
    """The clock of a zone around the seconds [from_s, to_s]: adjacent periods of one offset each."""

    def __init__(self, zone: str, from_s: int, to_s: int) -> None:
        self._zone = ZoneInfo(zone)
        begin, end = from_s - 4 * DAY, to_s + 4 * DAY
        self._starts, self._offsets = [begin], [self._offset_at(begin)]
        for hour in range(begin, end, HOUR):
            if self._offset_at(hour + HOUR) != self._offsets[-1]:
                change = self._change_between(hour, hour + HOUR)
                self._starts.append(change)
                self._offsets.append(self._offset_at(change))
        self._ends = [*self._starts[1:], end + HOUR]

    def _offset_at(self, unix_s: int) -> int:
        return int(instant_of(unix_s).astimezone(self._zone).utcoffset().total_seconds())

    def _change_between(self, before: int, after: int) -> int:
        """The first second with the offset of `after`."""
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset_at(middle) == self._offset_at(before):
                before = middle
            else:
                after = middle
        return after

    def quarter(self, unix_s: int) -> int:
        """The local quarter hour (its local beginning) that the clock shows."""
        local = unix_s + self._offsets[bisect_right(self._starts, unix_s) - 1]
        return local - local % QUARTER

    def pieces(self, local_start: int, length: int) -> list[tuple[int, int]]:
        """The periods [from, to) in which the clock shows a local time in [local_start, local_start + length)."""
        found = []
        for start, end, offset in zip(self._starts, self._ends, self._offsets, strict=True):
            from_s, to_s = max(start, local_start - offset), min(end, local_start + length - offset)
            if from_s < to_s:
                found.append((from_s, to_s))
        return found

    def split(self, from_s: int, to_s: int) -> Iterator[tuple[int, int]]:
        """(local quarter hour, seconds) of an interval, split where the clock shows another quarter hour."""
        for start, end, offset in zip(self._starts, self._ends, self._offsets, strict=True):
            at, stop = max(start, from_s), min(end, to_s)
            while at < stop:
                quarter = (at + offset) // QUARTER * QUARTER
                border = min(quarter + QUARTER - offset, stop)
                yield quarter, border - at
                at = border


def day_of(quarter: int) -> int:
    """The local day (its local midnight) of a local quarter hour."""
    return quarter - quarter % DAY


def date_shown(local: int) -> date:
    """The date of a local time."""
    return instant_of(local).date()


def time_shown(local: int) -> time:
    """The time of day of a local time."""
    return instant_of(local).time()
