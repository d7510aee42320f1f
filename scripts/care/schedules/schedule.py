"""Scheduled exports, as the published database lists them, and their windows that are due."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from care.destinations.destination import Destination
from care.errors import BadArgument, CareError, first_line, unknown
from care.runs.file_names import tells_runs_apart
from care.runs.ledger import Line
from care.schedules.windows import FREQUENCIES, Window, gaps, last_days, windows, windows_between
from care.times import Moment, Span, read_moment, time_zone
from care.warehouse.catalog import Export

# A fixed name space makes the same id of the same window for ever.
NAMESPACE = uuid.UUID("6f1d3c5a-8a52-5c0e-9a57-3f4f0f0f7a10")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
MOST_DAYS = 366
LONGEST_LENGTH = timedelta(days=3_660)
# The keys of an entry under `meta`.
OPTIONS = (
    "org", "timezone", "channels", "columns", "frequency", "destination", "format", "locale", "start", "end", "delay",
    "restate_days", "formerly", "hold_until_landed",
)  # fmt: skip
# Scheduled files named by a second use whole quarters of an hour; see decision 44.
QUARTER_HOUR_S = 900
ONE = {"hourly": "hour", "daily": "day", "weekly": "week"}


@dataclass(frozen=True)
class Schedule:
    """One row of catalog.schedules, read: whole windows from `start` on, each due `delay` after its end.

    `restate_days` is None but for statistics, of which each file covers so many whole days again. `columns` is a list
    joined with commas, None for all.
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
    # The entry's own words for `start`, which are another instant in another zone.
    start_text: str = ""
    end: datetime | None = None
    formerly: tuple[str, ...] = ()
    columns: str | None = None
    hold_until_landed: bool = False

    @property
    def line(self) -> Line:
        """The key of its deliveries in the ledger."""
        return Line((self.name, *self.formerly), self.org_id, self.export)

    def due_at(self, window: Window) -> datetime:
        """The instant from which a window is due."""
        return window.end.instant + self.delay

    def earliest(self, zones: Iterable[str] = ()) -> datetime:
        """The instant before which nothing is due: `start`, in its own zone or in one that it had before."""
        found = [self.start.instant]
        for name in zones:
            with suppress(BadArgument, ZoneInfoNotFoundError, ValueError, OSError):
                found.append(read_moment(self.start_text, ZoneInfo(name), "start").instant)
        return min(found) if self.start_text else self.start.instant

    def first(self, covered: Sequence[Span] = (), zones: Iterable[str] = ()) -> datetime:
        """The start of its windows: the first whole one at or after `start`, unless an earlier window was delivered.

        Then they begin where that ends. `zones` are the time zones on whose clocks it was delivered.
        """
        earliest = self.earliest(zones)
        whole = next(windows(self.frequency, self.zone, self.start)).start.instant
        return min([whole, *(end for _, end in covered if end > earliest)])

    def missing(self, first: datetime, covered: Sequence[Span], since: datetime | None = None) -> Iterator[Window]:
        """The windows of what is not covered from `first` on, oldest first, without end unless the entry has one.

        The gaps between covered spans are cut into windows of today's schedule; the outer ones may be partial. `since`
        leaves out the time before it, and may cut one window.
        """
        for start, end in gaps(first if since is None else max(first, since), self.end, covered):
            yield from windows_between(self.frequency, self.zone, start, end)

    def covered(self, window: Window) -> Window:
        """The period that the file of a window covers."""
        return window if self.restate_days is None else last_days(self.restate_days, window.end, self.zone)

    def run_id(self, window: Window, taken: Iterable[str] = ()) -> str:
        """The id of a window's delivery, always the same, so that a repeated delivery replaces its own file.

        Ids that are taken are those of other exports that this schedule sent before.
        """
        parts = (self.org_id, self.name, window.start.instant.isoformat(), window.end.instant.isoformat())
        found = str(uuid.uuid5(NAMESPACE, "\n".join(parts)))
        return str(uuid.uuid5(NAMESPACE, "\n".join((*parts, self.export)))) if found in taken else found


def read_schedules(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str] = ()
) -> tuple[list[Schedule], dict[str, str]]:
    """Every schedule, or those that are named, by name; and of those that cannot be read, each with the sentence that
    says why. Raises BadArgument for a name that is not known, CareError where the database has no schedules."""
    rows = _rows(connection)
    known = {row["schedule"] for row in rows}
    for name in names:
        if name not in known:
            raise unknown("schedule", name, known)
    found, unreadable = [], {}
    for row in rows:
        if names and row["schedule"] not in names:
            continue
        try:
            found.append(_schedule(connection, row))
        except BadArgument as error:
            unreadable[row["schedule"]] = (
                f"the schedule {row['schedule']} cannot be read: {error} Correct models/exports/schedules.yml."
            )
    return found, unreadable


def _rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of catalog.schedules; a database of an older version lacks some columns."""
    try:
        cursor = connection.execute("select * from catalog.schedules order by schedule")
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise CareError(f"the warehouse has no schedules ({first_line(error)}); build it again") from error
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def conflicts(
    connection: duckdb.DuckDBPyConnection, exports: Sequence[Export], destinations: Mapping[str, Destination]
) -> dict[str, str]:
    """Schedules that would replace each other's files, each with a sentence that says so.

    They send one export of one org to one place, and the file names are not unique per run. A build refuses
    them by the names of their destinations; two of these may still be one place.
    """
    patterns = {export.name: export.file_name_pattern for export in exports}
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in _rows(connection):
        export, org_id, destination = row["export_name"], row["org_id"], row["destination"]
        if not tells_runs_apart(patterns.get(export, "{run_id}")):
            place = destinations[destination].url.rstrip("/") if destination in destinations else destination
            groups.setdefault((export, org_id, place), []).append(row["schedule"])
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
        raise BadArgument(f"{option} '{text}' is not a length of time; write 15m, 2h or 3d.")
    try:
        length = timedelta(**{UNITS[text[-1]]: int(text[:-1])})
    except OverflowError as error:
        raise BadArgument(f"{option} '{text}' is too long.") from error
    if length > LONGEST_LENGTH:
        raise BadArgument(f"{option} '{text}' is too long; {LONGEST_LENGTH.days}d is the most.")
    return length


def _schedule(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> Schedule:
    """Raises BadArgument."""
    if row.get("unknown_options"):
        raise unknown("option", row["unknown_options"][0], OPTIONS)
    if row["frequency"] not in FREQUENCIES:
        raise unknown("frequency", str(row["frequency"]), FREQUENCIES)
    for option, column in (("export", "export_name"), ("org", "org_id"), ("destination", "destination")):
        if not row[column]:
            raise BadArgument(f"it has no {option}.")
    if " and " in row["export_name"]:
        raise BadArgument(f"it names several exports: {row['export_name']}; give each an entry of its own.")
    if not row["timezone"]:
        # It would be that of the export's family.
        raise BadArgument(f"unknown export '{row['export_name']}'; `list` shows those that there are.")
    zone = time_zone(connection, row["timezone"])
    start_text = row["start"] or ""
    start = read_moment(start_text, zone, "start")
    columns = row.get("chosen_columns")
    return Schedule(
        name=row["schedule"],
        export=row["export_name"],
        org_id=row["org_id"],
        zone=zone,
        channels=tuple(dict.fromkeys(row["channels"] or ())),
        frequency=row["frequency"],
        destination=row["destination"],
        format=row["format"],
        locale=row["locale"],
        start=start,
        delay=read_length(row["delay"], "delay"),
        owner=row["owner"],
        restate_days=None if row["restate_days"] is None else _days(row["restate_days"], row["frequency"]),
        start_text=start_text,
        end=_end(row.get("end_at"), zone, start),
        formerly=tuple(name for name in dict.fromkeys(row.get("formerly") or ()) if name != row["schedule"]),
        columns=None if columns is None else ",".join(columns),
        hold_until_landed=_flag(row.get("hold_until_landed"), "hold_until_landed"),
    )


def _end(text: str | None, zone: ZoneInfo, start: Moment) -> datetime | None:
    if text is None:
        return None
    end = read_moment(text, zone, "end").instant
    if end <= start.instant:
        raise BadArgument(f"end '{text}' is not after start.")
    if end.timestamp() % QUARTER_HOUR_S:
        raise BadArgument(f"end '{text}' is not on a whole quarter of an hour.")
    return end


def _flag(text: str | None, option: str) -> bool:
    if text is not None and text.lower() not in ("true", "false"):
        raise BadArgument(f"{option} '{text}' is neither true nor false.")
    return text is not None and text.lower() == "true"


def _days(text: str, frequency: str) -> int:
    # With fewer days a weekly file would leave some days out.
    least = 7 if frequency == "weekly" else 1
    if not (text.isascii() and text.isdigit() and least <= int(text) <= MOST_DAYS):
        raise BadArgument(f"restate_days '{text}' is not a number of days from {least} to {MOST_DAYS}.")
    return int(text)
