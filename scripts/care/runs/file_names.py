"""The path of a run's file: the patterns of its family filled in, and a name that no other run takes meanwhile."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from string import Formatter

import duckdb

from care.destinations.transfer import OpenDestination
from care.errors import CareError
from care.runs.ledger import Ledger
from care.runs.plan import Plan

STAMP = "%d%m%Y%H%M%S"
# Windows end on whole hours of some clock, and clocks differ by whole quarters of an hour: schedules own these seconds.
QUARTER_HOUR_S = 900


def file_name(pattern: str, fields: Mapping[str, str]) -> str:
    """The pattern of a family filled in; no value can leave the folder or hide the file.

    Raises CareError if the pattern has a field that is not among `fields`.
    """
    try:
        name = pattern.format_map({key: as_name(value) for key, value in fields.items()})
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise CareError(
            f"the file name pattern '{pattern}' cannot be filled in ({error!r}); correct the family's."
        ) from error
    return f"%2E{name[1:]}" if name.startswith(".") else name


def folder_path(pattern: str, fields: Mapping[str, str]) -> str:
    """The folders of a pattern filled in, with slashes where the pattern has them and nowhere else."""
    # A sign that stands alone is what no text becomes, so an empty one has a folder of its own.
    return "/".join(file_name(part, fields) or "%" for part in pattern.split("/")) if pattern else ""


def as_name(text: str) -> str:
    """The text with what is no part of a plain file name written as %XX, the percent sign included."""
    return re.sub(r"[\x00-\x1f\x7f/\\%]", lambda match: f"%{ord(match[0]):02X}", text)


def tells_runs_apart(pattern: str) -> bool:
    """Whether no two runs get the same file name."""
    return bool({"run_id", "uuid"} & _fields(pattern))


def place_of(cursor: duckdb.DuckDBPyConnection, planned: Plan, run_id: str, store: OpenDestination) -> str:
    """The full place of a run's file at an open destination; the cursor is bound to the run's request."""
    fields = _values(cursor, planned, run_id)
    folder = folder_path(planned.export.folder_pattern, fields)
    return store.place(folder, file_name(planned.export.file_name_pattern, fields))


@contextmanager
def own_place(
    cursor: duckdb.DuckDBPyConnection, ledger: Ledger, planned: Plan, run_id: str, store: OpenDestination
) -> Iterator[str]:
    """The place of a run's file, for this run alone.

    A scheduled file replaces what a delivery of its window left there. One on demand replaces nothing: where its name
    says no more than the second of its run, and that is taken, the run waits for the next second.
    """
    pattern = planned.export.file_name_pattern
    if planned.facts or tells_runs_apart(pattern) or "unix" not in _fields(pattern):
        yield place_of(cursor, planned, run_id, store)
        return
    second = planned.now.replace(microsecond=0)
    while True:
        time.sleep(max(0.0, (second - datetime.now(UTC)).total_seconds()))
        place = place_of(cursor, replace(planned, now=second), run_id, store)
        claim = f"name-{hashlib.sha256(place.encode()).hexdigest()}"
        if second.timestamp() % QUARTER_HOUR_S and ledger.claims.take(claim):
            try:
                if not store.exists(place):
                    yield place
                    return
            finally:
                ledger.claims.release(claim)
        second += timedelta(seconds=1)


def _fields(pattern: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(pattern) if name}
    except ValueError:
        # Filling in the pattern reports names that cannot be read.
        return set()


def _values(cursor: duckdb.DuckDBPyConnection, planned: Plan, run_id: str) -> dict[str, str]:
    """Every field that a pattern may use; an export without a window has one moment, as `to` and `as_of`."""
    export, request = planned.export, planned.request
    moment = request.as_of.instant if request.as_of else planned.now
    start = request.window_start.instant if request.window_start else None
    end = request.window_end.instant if request.window_end else moment
    # The engine prints what it converts: its time-zone data are those of the file's rows.
    stamps = cursor.execute(
        "select strftime($from::timestamptz, $stamp), strftime($to::timestamptz, $stamp),"
        " strftime($as_of::timestamptz, $stamp)",
        {"from": start, "to": end, "as_of": moment, "stamp": STAMP},
    ).fetchall()[0]
    return {
        "org_id": request.org_id,
        "family": export.family,
        "folder": export.folder,
        "export": export.export,
        "from": stamps[0] or "",
        "to": stamps[1],
        "as_of": stamps[2],
        "unix": str(int(planned.now.timestamp())),
        "run_id": run_id,
        "uuid": run_id,
        "extension": planned.layout.format,
    }
