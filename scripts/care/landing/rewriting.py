"""Copies a file that has values DuckDB cannot read: text that is not UTF-8, and instants beyond those it knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from care.landing.errors import first_line

ROWS_TOGETHER = 16_384
# Bytes that are in no text of any old character set: where they are, a page is damaged.
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LARGEST = 2**63 - 1


def rewrite(opened: IO[bytes], target: Path, names: dict[str, str]) -> None:
    """Copies columns of a Parquet file, given by their names in the copy and in the file, to another one.

    Values that cannot be read become null, and a column unread_<name> has the text of each. A column file_row_number
    counts the rows from 0. Raises pyarrow's error where it cannot read the file either, ValueError where a text is
    damaged.
    """
    parquet, writer = pq.ParquetFile(opened), None
    row_number = 0
    for batch in parquet.iter_batches(batch_size=ROWS_TOGETHER, columns=list(names.values())):
        numbers = pa.array(range(row_number, row_number + len(batch)), pa.int64())
        copied = {"file_row_number": numbers}
        row_number += len(batch)
        for column, name in names.items():
            copied[column], unread = _readable(batch.column(name), column)
            copied[f"unread_{column}"] = pa.array(unread or [None] * len(batch), pa.string())
        table = pa.table(copied)
        writer = writer or pq.ParquetWriter(target, table.schema)
        writer.write_table(table)
    writer.close()


Unread = list[str | None] | None


def _readable(values: pa.Array, column: str) -> tuple[pa.Array, Unread]:
    """An array as one that DuckDB reads, and the texts of the values that became null for that, if any did."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if isinstance(values, pa.ExtensionArray) and pa.types.is_string(values.storage.type):
        values = values.storage
    kind = values.type
    if pa.types.is_timestamp(kind):
        return _in_range(values), None
    if _is_bytes(kind):
        return _as_text(values, column, may_be_damaged=False)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        of_bytes = values.view(pa.binary() if pa.types.is_string(kind) else pa.large_binary())
        return _as_text(of_bytes, column, may_be_damaged=True)
    return _nested(values) if pa.types.is_nested(kind) else (values, None)


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _as_text(values: pa.Array, column: str, may_be_damaged: bool) -> tuple[pa.Array, Unread]:
    """Bytes as texts. Of a column that says it is text, control characters amid what is not UTF-8 are damage."""
    try:
        return values.cast(pa.string()), None
    except pa.ArrowInvalid:
        pass
    read, unread = [], []
    for value in values.to_pylist():
        try:
            read.append(value if value is None else value.decode())
            unread.append(None)
        except UnicodeDecodeError:
            if may_be_damaged and NO_TEXT.search(value):
                raise ValueError(f"a text in {column} is not a text in any character set") from None
            read.append(None)
            unread.append(value.decode(errors="backslashreplace"))
    return pa.array(read, pa.string()), unread


def _in_range(values: pa.Array) -> pa.Array:
    """Instants in microseconds; those that no microsecond counts are infinitely far away, as DuckDB has it."""
    scale = {"s": 1_000_000, "ms": 1_000}.get(values.type.unit)
    if not scale:
        return values.cast(pa.timestamp("us", values.type.tz), safe=False)
    numbers = [None if value is None else value * scale for value in values.cast(pa.int64()).to_pylist()]
    bounded = [None if number is None else max(-LARGEST, min(LARGEST, number)) for number in numbers]
    return pa.array(bounded, pa.int64()).cast(pa.timestamp("us", values.type.tz))


def _nested(values: pa.Array) -> tuple[pa.Array, Unread]:
    """Lists and structs with all their bytes as text; a value with one that is no text is null as a whole."""
    read, unread = [], []
    for value in values:
        try:
            read.append(_with_text(value.as_py()))
            unread.append(None)
        except (UnicodeDecodeError, OverflowError, ValueError) as error:
            read.append(None)
            unread.append(first_line(error))
    return pa.array(read, _type_with_text(values.type)), unread


def _with_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_text(element) for element in value]
    if isinstance(value, dict):
        return {name: _with_text(element) for name, element in value.items()}
    return value.decode() if isinstance(value, bytes) else value


def _type_with_text(kind: pa.DataType) -> pa.DataType:
    """The type of what _with_text returns for values of a type."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_type_with_text(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_type_with_text(field.type)) for field in kind])
    return pa.string() if _is_bytes(kind) else kind
