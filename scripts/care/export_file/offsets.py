"""The offsets of a time zone, looked up once, so that printing a column of instants costs a sum a row.

Converting an instant to local time takes the engine longer than printing it: 40 % of the time of writing a file.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import duckdb

# The default range if the request is open or longer; instants outside print correctly, but slower.
RANGE = """
select
    epoch_us(greatest(window_start, as_of - interval 10 years) - interval 1 year),
    epoch_us(least(window_end, as_of) + interval 1 year)
from request.request
where isfinite(as_of)
"""
# The ends of the calendar, in microseconds since 1970.
FIRST, LAST = -62_135_596_800_000_000, 253_402_300_800_000_000
DAY, HOUR, MINUTE, SECOND = 86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000
# Microseconds that the session's clock is ahead of Greenwich at `point`.
OFFSET = "epoch_us(timezone(current_setting('TimeZone'), make_timestamptz(point))) - point"

Offsets = tuple[tuple[int, int], ...]


def offsets_around(cursor: duckdb.DuckDBPyConnection) -> Offsets:
    """The offsets of the session's zone around the session's request: from when (microseconds since 1970) which one
    (microseconds east of Greenwich); the last entry is where they end, without meaning of its own.

    The engine itself is asked, so that file and view agree whatever time-zone data the machine has.
    """
    rows = cursor.execute(RANGE).fetchall()
    if not rows or rows[0][0] >= rows[0][1]:
        return ()
    start, end = rows[0]
    return offsets_between(cursor, start, end)


def offsets_of_request(cursor: duckdb.DuckDBPyConnection) -> Offsets:
    """The offsets of the session's request: the fixed one that it asks for, else those of its zone."""
    fixed_ms = cursor.execute("select getvariable('timezone_offset')::bigint").fetchall()[0][0]
    if fixed_ms is not None:
        return ((FIRST, fixed_ms * 1000), (LAST, 0))
    return offsets_around(cursor)


def offsets_between(cursor: duckdb.DuckDBPyConnection, start: int, end: int) -> Offsets:
    """The offsets of the session's zone from one instant to another, in microseconds since 1970."""
    start, end = start // DAY * DAY, end // DAY * DAY + DAY
    changes = [(start, end, 0)]
    for step in (DAY, HOUR, MINUTE, SECOND):
        changes = _changes(cursor, changes, step)
    first = cursor.execute(f"select {OFFSET} from (select ?::bigint as point)", [start]).fetchall()[0][0]
    return ((start, first), *((high, offset) for _, high, offset in changes), (end, 0))


def _changes(cursor: duckdb.DuckDBPyConnection, within: list[tuple[int, int, int]], step: int) -> list[Any]:
    """The steps in which the clocks changed: their two ends, and the offset from then on."""
    return cursor.execute(
        f"""
        with points as (
            select distinct unnest(generate_series(low, high, $step)) as point
            from (select unnest($lows::bigint[]) as low, unnest($highs::bigint[]) as high)
        ),
        offsets as (select point, {OFFSET} as east from points)
        select before, point, east
        from (select *, lag(point) over points as before, lag(east) over points as east_before
            from offsets window points as (order by point))
        where east != east_before
        order by point
        """,
        {"step": step, "lows": [low for low, _, _ in within], "highs": [high for _, high, _ in within]},
    ).fetchall()


def local_time(column: str, offsets: Offsets) -> str:
    """SQL of the local time of a column of instants, on the session's clock."""
    engine = f"timezone(current_setting('TimeZone'), {column})"
    if not offsets:
        return engine
    branches = "".join(
        f" when {column} < make_timestamptz({until}) then make_timestamp(epoch_us({column}) + {offset})"
        for (_, offset), (until, _) in pairwise(offsets)
    )
    return f"case when {column} < make_timestamptz({offsets[0][0]}) then {engine}{branches} else {engine} end"


def printed_instant(column: str, pattern: str, offsets: Offsets) -> str:
    """SQL of a column of instants as text: local time as strftime prints it, and by how much it is ahead of Greenwich.

    An offset is cut to whole minutes and the local time goes with it, so that the text is still that instant.
    """
    minutes = f"((epoch_us(timezone(current_setting('TimeZone'), {column})) - epoch_us({column})) // {MINUTE})"
    engine = (
        f"strftime(make_timestamp(epoch_us({column}) + {minutes} * {MINUTE}), '{pattern}')"
        f" || case when {minutes} < 0 then '-' else '+' end || lpad((abs({minutes}) // 60)::varchar, 2, '0')"
        f" || ':' || lpad((abs({minutes}) % 60)::varchar, 2, '0')"
    )
    if not offsets:
        return engine
    branches = "".join(
        f" when {column} < make_timestamptz({until})"
        f" then strftime(make_timestamp(epoch_us({column}) + {offset // MINUTE * MINUTE}), '{pattern}')"
        f" || '{_offset_text(offset // MINUTE)}'"
        for (_, offset), (until, _) in pairwise(offsets)
    )
    return f"case when {column} < make_timestamptz({offsets[0][0]}) then {engine}{branches} else {engine} end"


def _offset_text(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
