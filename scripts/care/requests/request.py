"""The typed request of a run, written to session variables and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from care.errors import BadArgument, CareError, refusal
from care.times import Moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    """The one row of request.request, typed, with the time zone that prints it; None = not asked."""

    org_id: str
    timezone: str = "UTC"
    window_start: Moment | None = None
    window_end: Moment | None = None
    as_of: Moment | None = None
    channels: tuple[str, ...] = ()
    delivery: str = "on_demand"
    # Session variables of the arguments that only some exports take.
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """The arguments of a run as they were typed; without a time zone it is the export's own."""

    org_id: str | None = None
    start: str | None = None
    end: str | None = None
    timezone: str | None = None
    channels: Sequence[str] = ()
    as_of: str | None = None
    # The texts of arguments that only some exports take.
    arguments: Mapping[str, str] = field(default_factory=dict)


def bind(cursor: duckdb.DuckDBPyConnection, request: Request) -> duckdb.DuckDBPyConnection:
    """Sets the session of this cursor to the request, and makes sure that views read it so; returns it.

    Raises CareError if the database reads anything else, as with other time-zone data than Python's, and BadArgument
    where it refuses the request.
    """
    cursor.execute("set TimeZone = ?", [request.timezone])
    values = {
        "org_id": request.org_id,
        "window_start": request.window_start and request.window_start.instant,
        "window_end": request.window_end and request.window_end.instant,
        "as_of": request.as_of and request.as_of.instant,
        "channels": list(request.channels) or None,
        "delivery": request.delivery,
    }
    for name, value in (values | request.arguments).items():
        cursor.execute(f"set variable {name} = ?", [value])
    try:
        rows = cursor.execute(
            "select org_id, epoch_us(window_start), epoch_us(window_end), epoch_us(as_of), channels, delivery"
            " from request.request"
        ).fetchall()
    except duckdb.InvalidInputException as error:
        raise BadArgument(refusal(error)) from error
    if len(rows) != 1:
        raise CareError(f"the warehouse reads {len(rows)} requests instead of one; build it again.")
    for (name, value), read in zip(values.items(), rows[0], strict=True):
        meant = (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value
        if meant is not None and meant != read:
            raise CareError(f"the warehouse reads {name} as {read!r}, not as {meant!r}; build it again.")
    _compare_arguments(cursor, request)
    for moment in (request.window_start, request.window_end, request.as_of):
        if moment and moment.local:
            _compare_clock(cursor, moment, request.timezone)
    return cursor


def _compare_arguments(cursor: duckdb.DuckDBPyConnection, request: Request) -> None:
    # Whether opening hours count at all is no column of the request: its other half is empty where they do not.
    meant = {
        name: value for name, value in request.arguments.items() if value is not None and name != "enable_business_hour"
    }
    if meant:
        rows = cursor.execute(f"select {', '.join(meant)} from request.request").fetchall()
        for (name, value), read in zip(meant.items(), rows[0], strict=True):
            if value != read:
                raise CareError(f"the warehouse reads {name} as {read!r}, not as {value!r}; build it again.")


def _compare_clock(cursor: duckdb.DuckDBPyConnection, moment: Moment, timezone: str) -> None:
    printed = cursor.execute("select strftime(?::timestamptz, '%Y-%m-%dT%H:%M:%S.%f')", [moment.instant]).fetchall()
    if printed[0][0] != moment.local.isoformat(timespec="microseconds"):
        raise CareError(
            f"the time-zone data of this machine and of the database differ: {moment.local.isoformat()} in {timezone}"
            f" is {printed[0][0]} there; write the time with an offset."
        )
