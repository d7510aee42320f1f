"""Scheduled exports, as the published database lists them, and their windows that are due."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import duckdb

from care.destinations import Destination
from care.errors import BadArgument, CareError, first_line, unknown
from care.names import tells_runs_apart
from care.times import Moment, read_moment, time_zone
from care.warehouse import Export
from care.windows import FREQUENCIES, Window, last_days, windows

# A fixed name space makes the same id of the same window for ever.
NAMESPACE = uuid.UUID("6f1d3c5a-8a52-5c0e-9a57-3f4f0f0f7a10")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
MOST_DAYS = 366


@dataclass(frozen=True)
class Schedule:
    """One row of catalog.schedules, read: windows begin at `start` or later, and are due `delay` after their end.

    `restate_days` is None but for statistics, of which each file covers so many whole days again.
    """

    name: str
    export: str
    org_id: str
    zone: ZoneInfo
    channels: tuple[str, ...]
    frequency: str
    destination: str
    format: str | None
    locale: str | None
    start: Moment
    delay: timedelta
    owner: str
    restate_days: int | None = None

    def due_at(self, window: Window) -> datetime:
        """When a window is to be delivered."""
        return window.end.instant + self.delay

    def windows_due(self, now: datetime, since: datetime | None = None) -> Iterator[Window]:
        """The windows that are due, oldest first; `since` leaves out those that begin before."""
        first = self.start if since is None or since <= self.start.instant else Moment(since)
        return takewhile(lambda window: self.due_at(window) <= now, windows(self.frequency, self.zone, first))

    def covered(self, window: Window) -> Window:
        """What the file of a window covers."""
        return window if self.restate_days is None else last_days(self.restate_days, window.end, self.zone)

    def run_id(self, window: Window) -> str:
        """The id of a window's delivery, ever the same, so that what is delivered again replaces itself."""
        parts = (self.org_id, self.name, window.start.instant.isoformat(), window.end.instant.isoformat())
        return str(uuid.uuid5(NAMESPACE, "\n".join(parts)))


def read_schedules(connection: duckdb.DuckDBPyConnection, names: Sequence[str] = ()) -> list[Schedule]:
    """Every schedule, or those that are named, by name. Raises BadArgument for a name that nobody knows, CareError
    where the database has no schedules or one of them cannot be read."""
    try:
        rows = connection.execute(
            "select schedule, export_name, org_id, timezone, channels, frequency, destination, format, locale, start,"
            " delay, owner, restate_days from catalog.schedules order by schedule"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise CareError(f"the warehouse has no schedules ({first_line(error)}); build it again") from error
    known = {row[0] for row in rows}
    for name in names:
        if name not in known:
            raise unknown("schedule", name, known)
    return [_schedule(connection, row) for row in rows if not names or row[0] in names]


def rivals(
    connection: duckdb.DuckDBPyConnection, exports: Sequence[Export], destinations: Mapping[str, Destination]
) -> dict[str, str]:
    """Schedules that would replace each other's files, each with a sentence that says so.

    They send one export of one org to one place, and the names of its files do not tell runs apart. A build refuses
    them by the names of their destinations; two of these may still be one place.
    """
    patterns = {export.name: export.file_name_pattern for export in exports}
    rows = connection.execute(
        "select schedule, export_name, org_id, destination from catalog.schedules order by schedule"
    ).fetchall()
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name, export, org_id, destination in rows:
        if not tells_runs_apart(patterns.get(export, "{run_id}")):
            place = destinations[destination].url.rstrip("/") if destination in destinations else destination
            groups.setdefault((export, org_id, place), []).append(name)
    return {
        name: f"{' and '.join(names)} send {export} of {org_id} to one place, where each would replace the files of the"
        " other; give each a destination of its own."
        for (export, org_id, _), names in groups.items()
        if len(names) > 1
        for name in names
    }


def read_length(text: str, option: str) -> timedelta:
    """A length of time such as 15m, 2h or 3d. Raises BadArgument."""
    if not (text[:-1].isascii() and text[:-1].isdigit() and text[-1:] in UNITS):
        raise BadArgument(f"{option} '{text}' is no length of time; write 15m, 2h or 3d.")
    try:
        return timedelta(**{UNITS[text[-1]]: int(text[:-1])})
    except OverflowError as error:
        raise BadArgument(f"{option} '{text}' is too long.") from error


def _schedule(connection: duckdb.DuckDBPyConnection, row: tuple) -> Schedule:
    name, export, org_id, timezone, channels, frequency, destination, file_format, locale, start, *others = row
    delay, owner, days = others
    try:
        if frequency not in FREQUENCIES:
            raise unknown("frequency", str(frequency), FREQUENCIES)
        missing = next((key for key, value in (("org", org_id), ("destination", destination)) if not value), None)
        if missing:
            raise BadArgument(f"it has no {missing}.")
        zone = time_zone(connection, timezone)
        since = read_moment(start or "", zone, "start")
        length = read_length(delay, "delay")
        restated = None if days is None else _days(days, frequency)
    except BadArgument as error:
        raise CareError(f"the schedule {name} cannot be read: {error} Correct models/exports/schedules.yml.") from error
    asked = (tuple(channels or ()), frequency, destination, file_format, locale)
    return Schedule(name, export, org_id, zone, *asked, since, length, owner, restated)


def _days(text: str, frequency: str) -> int:
    # Of a week that came with fewer days some would never come.
    least = 7 if frequency == "weekly" else 1
    if not (text.isascii() and text.isdigit() and least <= int(text) <= MOST_DAYS):
        raise BadArgument(f"restate_days '{text}' is no number of days from {least} to {MOST_DAYS}.")
    return int(text)
