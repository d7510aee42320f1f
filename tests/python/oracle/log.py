"""From landed rows to the events that count: set bad rows aside, count repeats once, put all in event order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .contract import ENVELOPE_REQUIRED, KNOWN_VALUES, STREAMS

Row = Mapping[str, Any]
ONE_DAY = timedelta(days=1)
# Events happen from the first to before the second.
FIRST_INSTANT, YEAR_2200 = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# No family's file could carry more in its name.
LONGEST_ORG_ID = 156


@dataclass(frozen=True)
class Event:
    """A valid event, counted once. `position` is its place in the event order of its org."""

    stream: str
    event_type: str
    event_id: str
    occurred_at: datetime
    sequence: int | None
    columns: dict[str, Any]
    position: int = -1

    def __getitem__(self, column: str) -> Any:
        """Value of a column; None when the row has none or the column is not read for this type."""
        return self.columns.get(column)

    def is_a(self, stream: str, *event_types: str) -> bool:
        """Whether this is an event of a stream and, where types are given, of one of them."""
        return self.stream == stream and (not event_types or self.event_type in event_types)


def rejection(stream: str, row: Row) -> str | None:
    """Why a row is set aside, or None when it is valid.

    When a row's file was written is not told here, nor are org ids with characters that a file's name escapes.
    """
    for column in ENVELOPE_REQUIRED:
        if row.get(column) is None:
            return f"null {column}"
    event_type = row["event_type"]
    if event_type not in STREAMS[stream].types:
        return "unknown event_type"
    if not any(sign.isprintable() and not sign.isspace() for sign in row["org_id"]):
        return "blank org_id"
    if len(row["org_id"].encode()) > LONGEST_ORG_ID:
        return "too long org_id"
    if not FIRST_INSTANT <= occurred_at(row) < YEAR_2200:
        return "occurred_at out of range"
    for column in STREAMS[stream].required(event_type):
        if row.get(column) is None:
            return f"null {column}"
        if row[column] not in KNOWN_VALUES.get((stream, column), {row[column]}):
            return f"unknown {column}"
    if occurred_at(row) > ingested_at(row) + ONE_DAY:
        return "occurred_at more than one day after ingested_at"
    return None


def occurred_at(row: Row) -> datetime:
    """When it happened, in UTC: Python compares and subtracts times of one zone by their wall clock."""
    return row["occurred_at"].astimezone(UTC)


def ingested_at(row: Row) -> datetime:
    """When a row was landed, in UTC; null reads as occurred_at."""
    landed = row.get("ingested_at")
    return occurred_at(row) if landed is None else landed.astimezone(UTC)


def columns_read(stream: str, row: Row) -> dict[str, Any]:
    """The columns of a row that its type lists; the others are ignored."""
    return {column: row.get(column) for column in STREAMS[stream].columns(row["event_type"])}


def precedence(stream: str, row: Row) -> tuple:
    """The sort key of valid copies of an event; the lowest copy counts."""
    content = repr((row["event_type"], row.get("sequence"), sorted(columns_read(stream, row).items())))
    return (ingested_at(row), occurred_at(row), content)


def event_order(event: Event) -> tuple:
    """occurred_at, sequence nulls last, event_id, stream name."""
    return (event.occurred_at, event.sequence is None, event.sequence or 0, event.event_id, event.stream)


def accepted(events: Mapping[str, Iterable[Row]]) -> dict[str, list[Event]]:
    """Valid events by org, each counted once, in event order."""
    chosen: dict[tuple[str, str, str], Row] = {}
    for stream in STREAMS:
        for row in events.get(stream, ()):
            if rejection(stream, row) is not None:
                continue
            key = (row["org_id"], stream, row["event_id"])
            if key not in chosen or precedence(stream, row) < precedence(stream, chosen[key]):
                chosen[key] = row
    by_org: dict[str, list[Event]] = {}
    for (org_id, stream, event_id), row in chosen.items():
        event = Event(
            stream=stream,
            event_type=row["event_type"],
            event_id=event_id,
            occurred_at=occurred_at(row),
            sequence=row.get("sequence"),
            columns=columns_read(stream, row),
        )
        by_org.setdefault(org_id, []).append(event)
    return {org_id: numbered(sorted(org_events, key=event_order)) for org_id, org_events in by_org.items()}


def numbered(events: list[Event]) -> list[Event]:
    """The same events, each knowing its place."""
    return [
        Event(e.stream, e.event_type, e.event_id, e.occurred_at, e.sequence, e.columns, position)
        for position, e in enumerate(events)
    ]
