"""Times as people write them, read as instants."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import duckdb

from care.errors import BadArgument, unknown

# From an instant, included, to another, not included; both in UTC.
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Moment:
    """An instant in UTC, and the clock it was read from where it was written without an offset."""

    instant: datetime
    local: datetime | None = None


def time_zone(cursor: duckdb.DuckDBPyConnection, name: str) -> ZoneInfo:
    """The zone of that IANA name, if the database and Python both know it. Raises BadArgument."""
    listed = {row[0] for row in cursor.execute("select name from pg_timezone_names()").fetchall()}
    if name in listed:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    # The database lists names of its own as well, such as PST.
    known = listed & available_timezones()
    if name in listed and not known:
        raise BadArgument(f"this machine has no data of the time zone '{name}'; install tzdata.")
    raise unknown("time zone", name, known or listed)


def fixed_zone(offset_ms: int) -> timezone:
    """The time zone with a fixed offset from UTC in milliseconds."""
    return timezone(timedelta(milliseconds=offset_ms))


def read_moment(text: str, zone: tzinfo, option: str) -> Moment:
    """An instant from ISO text: with an offset, or on the zone's clock; a date is the first instant of that day.

    A clock with a fixed offset is unknown to the database, so such a moment has no time zone name.
    A local time that occurs twice means its first occurrence; a skipped one is refused. Raises BadArgument.
    """
    try:
        written, is_date = _parse(text.strip())
    except ValueError as error:
        raise BadArgument(
            f"{option} '{text}' is not a time; write 2025-03-01, 2025-03-01T08:30 or 2025-03-01T08:30+01:00."
        ) from error
    try:
        if written.tzinfo:
            return Moment(written.astimezone(UTC))
        if not isinstance(zone, ZoneInfo):
            return Moment(written.replace(tzinfo=zone).astimezone(UTC))
        if is_date:
            return first_instant(written.date(), zone)
        instant = written.replace(tzinfo=zone).astimezone(UTC)
        local = instant.astimezone(zone).replace(tzinfo=None)
        if local != written:
            raise BadArgument(
                f"{option} {text} does not exist in {zone.key}, where clocks skip it;"
                f" write {local.isoformat()} or add an offset."
            )
    except OverflowError as error:
        raise BadArgument(f"{option} '{text}' is out of range; choose a year from 2 to 9998.") from error
    return Moment(instant, local.replace(fold=0))


def first_instant(day: date, zone: ZoneInfo) -> Moment:
    """The instant at which a local day begins, also where its midnight occurs twice or is skipped."""
    midnight = datetime.combine(day, time())
    instant = midnight.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != midnight:
        instant = _end_of_gap(midnight, zone)
    return Moment(instant, instant.astimezone(zone).replace(tzinfo=None, fold=0))


def _parse(text: str) -> tuple[datetime, bool]:
    if "T" not in text and ":" not in text and " " not in text:
        return datetime.combine(date.fromisoformat(text), time()), True
    return datetime.fromisoformat(text), False


def _end_of_gap(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks that skip a local time go on."""
    low = skipped.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high = skipped.replace(tzinfo=zone, fold=0).astimezone(UTC)
    # Before the change the clock shows less than the skipped time, after it more: halve until the change is found.
    while (high - low).total_seconds() > 1:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < skipped:
            low = middle
        else:
            high = middle
    return high
