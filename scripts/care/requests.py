"""What a run asks for: checked arguments, set as session variables and read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import duckdb

from care.errors import BadArgument, CareError, listed, unknown
from care.times import Moment, read_moment, time_zone
from care.warehouse import Export

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


@dataclass(frozen=True)
class Asked:
    """The arguments of a run as they were typed; without a time zone it is the export's own."""

    org_id: str | None = None
    start: str | None = None
    end: str | None = None
    timezone: str | None = None
    channels: Sequence[str] = ()
    as_of: str | None = None


def request_for(
    cursor: duckdb.DuckDBPyConnection, export: Export, asked: Asked, now: datetime
) -> tuple[Request, list[str]]:
    """The request of one export and sentences that warn about it. Raises BadArgument."""
    zone = time_zone(cursor, asked.timezone or export.default_time_zone)
    request = Request(known_org(cursor, asked.org_id), zone.key, channels=tuple(dict.fromkeys(asked.channels)))
    _check_channels(cursor, request)
    warnings = []
    if export.has_window:
        if not asked.start or not asked.end:
            raise BadArgument(f"{export.export} needs a window: add --from and --to.")
        start, end = read_moment(asked.start, zone, "--from"), read_moment(asked.end, zone, "--to")
        if end.instant <= start.instant:
            raise BadArgument(f"--to {asked.end} is not after --from {asked.start}; the window is from <= time < to.")
        if end.instant > now:
            warnings.append(f"the window ends in the future ({asked.end}): what is yet to come is not in the file.")
        request = replace(request, window_start=start, window_end=end)
    if asked.as_of:
        if not export.has_as_of:
            raise BadArgument(f"a past as-of is not offered here: {export.export} always shows the latest state.")
        request = replace(request, as_of=read_moment(asked.as_of, zone, "--as-of"))
        latest = latest_event(cursor, request.org_id)
        if latest and request.as_of.instant > latest:
            warnings.append(
                f"--as-of {asked.as_of} is later than the latest event of {request.org_id} ({latest.isoformat()}):"
                " the file shows the state of then."
            )
    return request, warnings


def latest_event(cursor: duckdb.DuckDBPyConnection, org_id: str) -> datetime | None:
    """When the org's latest event occurred, in UTC."""
    rows = cursor.execute("select epoch_us(latest_event_at) from marts.orgs where org_id = ?", [org_id]).fetchall()
    return EPOCH + timedelta(microseconds=rows[0][0]) if rows and rows[0][0] is not None else None


def bind(cursor: duckdb.DuckDBPyConnection, request: Request) -> duckdb.DuckDBPyConnection:
    """Sets the session of this cursor to the request, and makes sure that views read it so; returns it.

    Raises CareError where the database reads anything else, as with other time-zone data than Python's.
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
    for name, value in values.items():
        cursor.execute(f"set variable {name} = ?", [value])
    rows = cursor.execute(
        "select org_id, epoch_us(window_start), epoch_us(window_end), epoch_us(as_of), channels, delivery"
        " from request.request"
    ).fetchall()
    if len(rows) != 1:
        raise CareError(f"the warehouse reads {len(rows)} requests instead of one; build it again.")
    for (name, value), read in zip(values.items(), rows[0], strict=True):
        meant = (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value
        if meant is not None and meant != read:
            raise CareError(f"the warehouse reads {name} as {read!r}, not as {meant!r}; build it again.")
    for moment in (request.window_start, request.window_end, request.as_of):
        if moment and moment.local:
            _compare_clock(cursor, moment, request.timezone)
    return cursor


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


def _check_channels(cursor: duckdb.DuckDBPyConnection, request: Request) -> None:
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
