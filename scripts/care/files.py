"""Writes an export's view to a file, hashed on the way, under its final name only when it is complete."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb

from care.clock import Offsets, local_time
from care.errors import CareError
from care.layout import Layout
from care.warehouse import Column, Export

CHUNK = 1 << 20
PATIENCE_MS = 200
BOM = "\ufeff".encode()
# What a spreadsheet takes for the start of a formula.
FORMULA_STARTS = "'=', '+', '-', '@', chr(9), chr(13)"


@dataclass(frozen=True)
class Written:
    """A complete file."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def part_of(target: Path) -> Path:
    """The temporary name beside a target under which it is written."""
    return target.with_name(f".{target.name}.part")


def write_file(
    cursor: duckdb.DuckDBPyConnection,
    export: Export,
    layout: Layout,
    target: Path,
    on_bytes: Callable[[int], None] = lambda count: None,
    offsets: Offsets = (),
) -> Written:
    """Writes the rows that the session of the cursor asks for, in the export's order, to a local file.

    `on_bytes` hears how many bytes were added; `offsets` of the session's zone make it faster. Whatever fails
    (OSError, duckdb.Error, CareError), nothing is left under either name; an older file of that name stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    try:
        with part.open("wb") as sink:
            written = _Digest(sink, on_bytes)
            if layout.format == "csv":
                written.write((BOM if layout.excel else b"") + header_line(layout.headers))
            rows = _copy(cursor, copy_sql(export, layout, offsets), written)
            sink.flush()
            os.fsync(sink.fileno())
        if part.stat().st_size != written.bytes:
            raise CareError(f"{part} has {part.stat().st_size} bytes where {written.bytes} were written; run it again.")
        part.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return Written(target, rows, written.bytes, written.sha256)


def header_line(headers: tuple[str, ...]) -> bytes:
    """The first line of a CSV file; written here because COPY renames the second of two equal headers."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(headers)
    return line.getvalue().encode()


def copy_sql(export: Export, layout: Layout, offsets: Offsets = ()) -> str:
    """COPY of the view's columns to the path given as the only parameter, in the catalog's order, empty last."""
    columns = ",\n    ".join(_value(column, layout, offsets) for column in layout.columns)
    order = ", ".join(f"exported.{_quoted(name)} asc nulls last" for name in export.order_by)
    view = ".".join(_quoted(part) for part in export.view_name.split("."))
    stamp = f"timestampformat {_literal(export.timestamp_format)}"
    options = {
        "csv": f"format csv, header false, delimiter ',', quote '\"', escape '\"', nullstr '', {stamp}",
        "json": f"format json, array true, {stamp}",
        "parquet": "format parquet, compression zstd",
    }[layout.format]
    return f"copy (\nselect\n    {columns}\nfrom {view} as exported\norder by {order}\n) to $path ({options})"


def _value(column: Column, layout: Layout, offsets: Offsets) -> str:
    name = f"exported.{_quoted(column.column_name)}"
    if column.data_type == "timestamptz" and layout.format != "parquet":
        return f"{local_time(name, offsets)} as {_quoted(column.column_name)}"
    if column.data_type == "varchar" and layout.excel:
        guarded = f"case when left({name}, 1) in ({FORMULA_STARTS}) then '''' else '' end || {name}"
        return f"{guarded} as {_quoted(column.column_name)}"
    return name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class _Digest:
    """Passes bytes on to a file, and counts and hashes them."""

    def __init__(self, sink: BinaryIO, on_bytes: Callable[[int], None]) -> None:
        self._sink, self._on_bytes, self._hash = sink, on_bytes, hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, content: bytes | memoryview) -> None:
        self._sink.write(content)
        self._hash.update(content)
        self.bytes += len(content)
        self._on_bytes(len(content))


def _copy(cursor: duckdb.DuckDBPyConnection, sql: str, written: _Digest) -> int:
    """Runs COPY into a pipe that is read at the same time: hash, size and progress cost no second pass."""
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
                        written.write(memoryview(buffer)[:count])
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


def _sync_folder(folder: Path) -> None:
    """Makes a rename last through a power cut, where the file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
