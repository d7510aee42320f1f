"""Checks the arguments of a run, as they were typed, and makes the request of an export out of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import duckdb

from care.errors import BadArgument, CareError, listed, unknown
from care.requests.arguments import read_arguments
from care.requests.checks import check_arguments, check_smart_view
from care.requests.request import EPOCH, Asked, Request, bind
from care.requests.window import window_for
from care.times import fixed_zone, read_moment, time_zone
from care.warehouse.catalog import Export


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
    """Raises BadArgument if a channel of a request is not known in its org."""
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
