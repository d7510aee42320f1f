"""Big exports are sorted in slices of time, several at once, each small enough to stay in memory.

Sorting ten million wide rows at once would spill gigabytes and take half as long again as writing them. Slices of the
first column of the order, one after the other, are the same order.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice, pairwise
from tempfile import SpooledTemporaryFile

import duckdb

from care.export_file.pipe import CHUNK, Sink, copy_into

# So many rows are worth the trouble; below, one sort is as fast.
MANY_ROWS = 1_000_000
SLICES = 32
# Each worker sorts one slice; more would have to share the memory limit.
WORKERS = min(os.cpu_count() or 1, 4)
IN_MEMORY = 64 << 20
ALL_ROWS = "true"

# Makes a cursor that is bound to a request, one for each thread.
Session = Callable[[], duckdb.DuckDBPyConnection]


def slices_of(cursor: duckdb.DuckDBPyConnection, view: str, column: str) -> list[str]:
    """Conditions on a column of instants that part the rows a session asks for, in the order of time, empty last.

    `view` is quoted SQL, `column` too. One condition that is always true where there are not many rows.
    """
    counted = cursor.execute(f"select count(*) from (select 1 from {view} limit {MANY_ROWS})").fetchall()[0][0]
    if counted < MANY_ROWS:
        return [ALL_ROWS]
    start, end = cursor.execute(
        "select epoch_us(window_start), epoch_us(least(window_end, as_of)) from request.request"
    ).fetchall()[0]
    edges = [f"make_timestamptz({start + (end - start) * number // SLICES})" for number in range(1, SLICES)]
    between = [f"{column} >= {low} and {column} < {high}" for low, high in pairwise(edges)]
    return [f"{column} < {edges[0]}", *between, f"({column} >= {edges[-1]} or {column} is null)"]


def copy_slices(session: Session, statements: Sequence[str], sink: Sink) -> int:
    """Runs COPY statements side by side, and gives the sink what they write, one after the other. Returns the rows.

    Raises what the first failing one raises.
    """
    settings = session()
    spill = settings.execute("select current_setting('temp_directory')").fetchall()[0][0] or None
    cursors: list[duckdb.DuckDBPyConnection] = []

    def spooled(statement: str) -> tuple[int, SpooledTemporaryFile[bytes]]:
        cursors.append(cursor := session())
        spool = SpooledTemporaryFile(IN_MEMORY, dir=spill)  # noqa: SIM115 - closed where it is read
        return copy_into(cursor, statement, spool), spool

    rows = 0
    with _one_thread_a_query(settings), ThreadPoolExecutor(WORKERS, "export-slice") as pool:
        try:
            coming = iter(statements)
            running = deque(pool.submit(spooled, statement) for statement in islice(coming, WORKERS + 1))
            while running:
                counted, spool = running.popleft().result()
                running.extend(pool.submit(spooled, statement) for statement in islice(coming, 1))
                rows += counted
                with spool:
                    spool.seek(0)
                    while content := spool.read(CHUNK):
                        sink.write(memoryview(content))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for cursor in cursors:
                cursor.interrupt()
            raise
    return rows


@contextmanager
def _one_thread_a_query(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    cursor.execute("set threads = 1")
    try:
        yield
    finally:
        cursor.execute("reset threads")
