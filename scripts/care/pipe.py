"""COPY into a pipe instead of a file."""

from __future__ import annotations

import fcntl
import os
import select
import threading
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

    So hash, size and progress cost no second pass. Returns the rows. Raises what the sink raised, duckdb.Error, or
    KeyboardInterrupt where a signal or `interrupt()` stopped it.
    """
    reader, writer = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, CHUNK)
    failures: list[BaseException] = []
    stopped = threading.Event()

    def drain() -> None:
        buffer = bytearray(CHUNK)
        waiting = select.poll()
        waiting.register(reader, select.POLLIN)
        try:
            with os.fdopen(reader, "rb", buffering=0) as pipe:
                while not stopped.is_set():
                    if waiting.poll(PATIENCE_MS):
                        count = pipe.readinto(buffer)
                        if not count:
                            break
                        sink.write(memoryview(buffer)[:count])
        except BaseException as error:
            # The pipe is closed by now, so COPY fails too; this is the cause.
            failures.append(error)

    drainer = threading.Thread(target=drain, name="export-drain", daemon=True)
    drainer.start()
    try:
        rows = cursor.execute(sql, {"path": f"/dev/fd/{writer}"}).fetchall()[0][0]
    except BaseException as error:
        # An interrupted COPY keeps its end of the pipe open for a while: no use waiting for the end of the data.
        stopped.set()
        os.close(writer)
        drainer.join()
        if failures and isinstance(error, duckdb.Error):
            raise failures[0] from None
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise
    os.close(writer)
    drainer.join()
    if failures:
        raise failures[0]
    return rows
