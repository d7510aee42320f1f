"""COPY into a pipe instead of a file."""

from __future__ import annotations

import fcntl
import io
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import duckdb

CHUNK = 1 << 20
PATIENCE_MS = 200


class Sink(Protocol):
    """Takes bytes in their order."""

    def write(self, content: memoryview, /) -> Any:
        """Takes the next bytes, which are only lent."""


def copy_into(cursor: duckdb.DuckDBPyConnection, sql: str, sink: Sink) -> int:
    """Runs COPY, whose target is the parameter `path`, into a pipe, and gives the sink what comes out of it.

    So hash, size and progress cost no second pass, and the caller receives signals, which a running query does not
    in every version of the engine. Returns the rows. Raises what the sink raised, or duckdb.Error; an `interrupt()` of
    the cursor is one of those.
    """
    reader, writer = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, CHUNK)
    outcome: list[int | BaseException] = []

    def run() -> None:
        try:
            outcome.append(cursor.execute(sql, {"path": f"/dev/fd/{writer}"}).fetchall()[0][0])
        except BaseException as error:
            outcome.append(error)
        finally:
            os.close(writer)

    copying = threading.Thread(target=run, name="export-copy", daemon=True)
    copying.start()
    try:
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            _drain(pipe, sink, lambda: bool(outcome) and isinstance(outcome[0], BaseException))
    except BaseException:
        while copying.is_alive():
            # Once is not enough for a query that has not begun yet.
            cursor.interrupt()
            copying.join(PATIENCE_MS / 1000)
        raise
    copying.join()
    rows = outcome[0]
    if isinstance(rows, BaseException):
        raise rows
    return rows


def _drain(pipe: io.FileIO, sink: Sink, has_failed: Callable[[], bool]) -> None:
    """Reads to the end; a COPY that failed keeps its end of the pipe open for a while, so the end is not waited for."""
    buffer = bytearray(CHUNK)
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    while not has_failed():
        if waiting.poll(PATIENCE_MS):
            count = pipe.readinto(buffer)
            if not count:
                return
            sink.write(memoryview(buffer)[:count])
