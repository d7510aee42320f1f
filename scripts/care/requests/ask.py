"""What a run asks for: checked arguments, set as session variables and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from care.errors import BadArgument, CareError, listed, refusal, unknown
from care.requests.arguments import read_arguments
from care.requests.checks import check_arguments, check_smart_view
from care.requests.window import window_for
from care.times import Moment, fixed_zone, read_moment, time_zone
from care.warehouse.catalog import Export

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


def request_for(
    cursor: duckdb.DuckDBPyConnection, export: Export, asked: Asked, now: datetime
) -> tuple[Request, list[str]]:
    """The request of one export and sentences that warn about it. Raises BadArgument."""
    arguments = read_arguments(export, asked.arguments)
    offset = arguments.get("timezone_offset")
    if offset is not None and asked.timezone is not None:
        raise BadArgument("give timezone or timezoneOffset, not both")
    known_zone = time_zone(cursor, export.default_time_zone if asked.timezone is None else asked.timezone)
    zone = known_zone if offset is None else fixed_zone(offset)
    request = Request(known_org(cursor, asked.org_id), known_zone.key, channels=tuple(dict.fromkeys(asked.channels)))
    request = replace(request, arguments=arguments)
    check_channels(cursor, request)
    check_smart_view(cursor, request)
    warnings = []
    if export.has_window:
        start, end = window_for(export, asked.start, asked.end, asked.arguments, zone)
        if end.instant > now:
            shown = asked.end or end.instant.isoformat()
            warnings.append(f"the window ends in the future ({shown}): what is yet to come is not in the file.")
        request = replace(request, window_start=start, window_end=end)
    if asked.as_of is not None:
        if not export.has_as_of:
            raise BadArgument(f"a past as-of is not offered here: {export.export} always shows the latest state.")
        request = replace(request, as_of=read_moment(asked.as_of, zone, "--as-of"))
        latest = latest_event(cursor, request.org_id)
        if latest and request.as_of.instant > latest:
            warnings.append(
                f"--as-of {asked.as_of} is later than the latest event of {request.org_id} ({latest.isoformat()}):"
                " the file shows the state of then."
            )
    if export.arguments:
        warnings += check_arguments(bind(cursor.cursor(), request), export, request)
    return request, warnings


def latest_event(cursor: duckdb.DuckDBPyConnection, org_id: str) -> datetime | None:
    """When the org's latest event occurred, in UTC."""
    rows = cursor.execute("select epoch_us(latest_event_at) from marts.orgs where org_id = ?", [org_id]).fetchall()
    return EPOCH + timedelta(microseconds=rows[0][0]) if rows and rows[0][0] is not None else None


def bind(cursor: duckdb.DuckDBPyConnection, request: Request) -> duckdb.DuckDBPyConnection:
    """Sets the session of this cursor to the request, and makes sure that views read it so; returns it.

    Raises CareError where the database reads anything else, as with other time-zone data than Python's, and BadArgument
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


def known_org(cursor: duckdb.DuckDBPyConnection, org_id: str | None) -> str:
    """The org of that id; unnamed, the only one there is. Raises BadArgument."""
    known = [row[0] for row in cursor.execute("select org_id from marts.orgs order by org_id").fetchall()]
    if not known:
        raise CareError("the warehouse holds no events of any org; land some and build again.")
    if org_id is None:
        if len(known) > 1:
            raise BadArgument(f"add --org: the warehouse holds {listed(known)}.")
        return known[0]
    if org_id not in known:
        raise unknown("org", org_id, known)
    return org_id


def check_channels(cursor: duckdb.DuckDBPyConnection, request: Request) -> None:
    """Raises BadArgument where a channel of a request is not known in its org."""
    if not request.channels:
        return
    known = {
        row[0]
        for row in cursor.execute(
            "select channel_id from marts.channels where org_id = $org"
            " union select channel_id from marts.conversations where org_id = $org and channel_id is not null",
            {"org": request.org_id},
        ).fetchall()
    }
    for channel in request.channels:
        if channel not in known:
            raise unknown(f"channel of {request.org_id}", channel, known)
