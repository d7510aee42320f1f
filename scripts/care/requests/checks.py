"""Checks of a request's arguments that need the warehouse: errors and warnings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb

from care.errors import BadArgument, refusal, unknown
from care.requests.arguments import WEEK_MS, vendor_name
from care.requests.request import Request
from care.warehouse.catalog import Export

MOST_BUCKETS = 744
# A longer window has too many buckets of any kind; counting them takes minutes, so their number comes from a division.
CENTURY = timedelta(days=36_525)
DAYS_OF_A_MONTH = 30.436875
EARLY = datetime(2000, 1, 1, tzinfo=UTC)


def check_arguments(cursor: duckdb.DuckDBPyConnection, export: Export, request: Request) -> list[str]:
    """Sentences that warn of the arguments of a request, to which the cursor is bound. Raises BadArgument."""
    if request.arguments.get("time_interval") is not None:
        _check_buckets(cursor, request)
    return [*_early_or_late(cursor, export, request), *_unknown_ids(cursor, request)]


def rows_with_disabled(cursor: duckdb.DuckDBPyConnection, export: Export, rows: int) -> int:
    """How many rows a view has if those of disabled agents are asked for, where it has `rows` without them.

    The cursor is bound to the request.
    """
    # Counting takes as long as writing; most orgs have no disabled agents.
    anybody = "select count(*) from marts.users inner join request.request as request using (org_id)"
    if not cursor.execute(f"{anybody} where is_disabled or is_deleted").fetchall()[0][0]:
        return rows
    cursor.execute("set variable include_disabled = true")
    return cursor.execute(f"select count(*) from {export.view_name}").fetchall()[0][0]


def check_smart_view(cursor: duckdb.DuckDBPyConnection, request: Request) -> None:
    """Raises BadArgument if the org has no saved filter of that id. Views refuse it too, in the words of SQL."""
    if request.arguments.get("smart_view_id") is None:
        return
    rows = cursor.execute("select smart_view_id from seeds.smart_views where org_id = ?", [request.org_id]).fetchall()
    known = [row[0] for row in rows]
    if request.arguments["smart_view_id"] not in known:
        raise unknown("smart view", request.arguments["smart_view_id"], known)


def _check_buckets(cursor: duckdb.DuckDBPyConnection, request: Request) -> None:
    assert request.window_start and request.window_end
    length, interval = request.window_end.instant - request.window_start.instant, request.arguments["time_interval"]
    if length > CENTURY:
        of_one = timedelta(days=DAYS_OF_A_MONTH) if interval > WEEK_MS else timedelta(milliseconds=interval)
        count = -(-length // of_one)
    else:
        try:
            count = cursor.execute("select count(*) from requested.req_khoros_intervals").fetchall()[0][0]
        except duckdb.InvalidInputException as error:
            # The text after the colon is for people who set variables.
            raise BadArgument(refusal(error).partition(": ")[0]) from error
    if count > MOST_BUCKETS:
        raise BadArgument(f"Too many buckets ({count}) requested. Select a larger interval")


def _early_or_late(cursor: duckdb.DuckDBPyConnection, export: Export, request: Request) -> Iterator[str]:
    if "start_time" not in export.arguments or request.window_start is None:
        return
    start = request.window_start.instant
    if start < EARLY:
        yield f"startTime is before 2000 ({start.isoformat()}): is it in milliseconds?"
    if cursor.execute("select as_of < ? from request.request", [start]).fetchall()[0][0]:
        yield f"the window begins after the latest event of {request.org_id}: nothing in it is known yet."


def _unknown_ids(cursor: duckdb.DuckDBPyConnection, request: Request) -> Iterator[str]:
    for name in ("workqueue_ids", "team_ids"):
        asked = request.arguments.get(name)
        if not asked:
            continue
        rows = cursor.execute(
            "select known_id from marts.known_ids where org_id = ? and argument = ? and known_id in (select unnest(?))",
            [request.org_id, name, asked],
        ).fetchall()
        known = {row[0] for row in rows}
        yield from (f"{vendor_name(name)}: unknown id '{one}'" for one in asked if one not in known)
