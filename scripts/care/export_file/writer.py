"""Writes an export's view to a file, hashed on the way, under its final name only when it is complete."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from care.atomic import named_when_whole, written_anew
from care.errors import CareError
from care.export_file.layout import Layout
from care.export_file.offsets import Offsets, local_time, offsets_of_request, printed_instant
from care.export_file.pipe import Sink, copy_into
from care.export_file.slices import ALL_ROWS, Session, copy_slices, slices_of
from care.warehouse.catalog import Column, Export

INSTANT = "timestamptz"
# The end of a family's format that asks for the offset, which the engine prints without a colon and cuts where it can.
WITH_OFFSET = "%z"
BOM = "\ufeff".encode()
# Characters that start a formula in a spreadsheet; the last four are the full-width signs of East Asian keyboards.
FORMULA_SIGNS = r"[-=+@\t＝＋－＠]"
TEXT = "varchar"


@dataclass(frozen=True)
class Written:
    """A complete file."""

    path: Path
    rows: int
    bytes: int
    sha256: str


def write_file(
    session: Session,
    export: Export,
    layout: Layout,
    target: Path,
    on_bytes: Callable[[int], None] = lambda count: None,
    before_rename: Callable[[Written], None] = lambda written: None,
) -> Written:
    """Writes the rows that a session asks for, in the export's order, to a local file.

    `on_bytes` hears how many bytes were added, `before_rename` of the whole file that has no name yet. Whatever fails
    (OSError, duckdb.Error, CareError), nothing is left under either name; an older file of that name stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with named_when_whole(target) as part:
        with written_anew(part) as sink:
            written = _Digest(sink, on_bytes)
            if layout.format == "csv":
                written.write(first_lines(layout))
            rows = _copy(session, export, layout, written)
            sink.flush()
            os.fsync(sink.fileno())
        if part.stat().st_size != written.bytes:
            raise CareError(f"{part} has {part.stat().st_size} bytes where {written.bytes} were written; run it again.")
        whole = Written(target, rows, written.bytes, written.sha256)
        before_rename(whole)
    return whole


def first_lines(layout: Layout) -> bytes:
    """The lines above the rows of a CSV file; written here because COPY renames the second of two equal headers."""
    lines = io.StringIO()
    if layout.preamble is not None:
        lines.write(f"{layout.preamble}\n")
    csv.writer(lines, lineterminator="\n").writerow(layout.headers)
    return (BOM if layout.excel else b"") + lines.getvalue().encode()


def _copy(session: Session, export: Export, layout: Layout, written: Sink) -> int:
    """Writes the rows of one session; many rows of a CSV file in slices of time. Returns how many."""
    cursor = session()
    types = {column.column_name: column.data_type for column in export.columns}
    prints_instants = layout.format != "parquet" and any(column.data_type == INSTANT for column in layout.columns)
    offsets = offsets_of_request(cursor) if prints_instants else ()
    slices = [ALL_ROWS]
    if layout.format == "csv" and export.has_window and types.get(export.order_by[0]) == INSTANT:
        slices = slices_of(cursor, _view(export), f"exported.{_quoted(export.order_by[0])}")
    if len(slices) == 1:
        return copy_into(cursor, copy_sql(export, layout, offsets), written)
    return copy_slices(session, [copy_sql(export, layout, offsets, condition) for condition in slices], written)


def copy_sql(export: Export, layout: Layout, offsets: Offsets = (), condition: str = ALL_ROWS) -> str:
    """COPY of the view's columns to the path given as the only parameter, in the catalog's order, empty last."""
    columns = ",\n    ".join(_value(column, export, layout, offsets) for column in layout.columns)
    order = ", ".join(f"exported.{_quoted(name)} asc nulls last" for name in export.order_by)
    stamp = f"timestampformat {_literal(export.timestamp_format.removesuffix(WITH_OFFSET))}"
    texts = [_quoted(column.column_name) for column in layout.columns if layout.excel and column.data_type == TEXT]
    quoting = f", force_quote ({', '.join(texts)})" if texts else ""
    options = {
        "csv": f"format csv, header false, delimiter ',', quote '\"', escape '\"', nullstr '', {stamp}{quoting}",
        "json": f"format json, array true, {stamp}",
        "parquet": "format parquet, compression zstd",
    }[layout.format]
    rows = f"from {_view(export)} as exported\nwhere {condition}\norder by {order}"
    return f"copy (\nselect\n    {columns}\n{rows}\n) to $path ({options})"


def _value(column: Column, export: Export, layout: Layout, offsets: Offsets) -> str:
    name = f"exported.{_quoted(column.column_name)}"
    if column.data_type == INSTANT and layout.format != "parquet":
        if export.timestamp_format.endswith(WITH_OFFSET):
            pattern = export.timestamp_format.removesuffix(WITH_OFFSET).replace("'", "''")
            return f"{printed_instant(name, pattern, offsets)} as {_quoted(column.column_name)}"
        return f"{local_time(name, offsets)} as {_quoted(column.column_name)}"
    if column.data_type == TEXT and layout.excel:
        return f"{_guarded(name)} as {_quoted(column.column_name)}"
    return name


def _guarded(name: str) -> str:
    """A text with `'` in front where one of its lines begins like a formula, and in front of each such later line.

    A spreadsheet then shows the text; so it does where a program has cut the cell into lines before.
    """
    later_lines = rf"regexp_replace({name}, '([\n\r]+)({FORMULA_SIGNS})', '\1''\2', 'g')"
    is_like = rf"regexp_matches({name}, '^\r|(^|[\n\r]){FORMULA_SIGNS}')"
    return f"case when {is_like} then '''' || {later_lines} else {name} end"


def _view(export: Export) -> str:
    return ".".join(_quoted(part) for part in export.view_name.split("."))


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
