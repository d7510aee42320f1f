"""Reads the footers of files: number of rows, columns, and whether the columns fit the contract."""

from __future__ import annotations

import json
from typing import IO, Any, NamedTuple

import pyarrow.parquet as pq

from care.landing.contract import ENVELOPE, Columns
from care.landing.reader import Reader, list_of
from care.landing.values import INSTANTS, is_plain

# Text without a declared character set is read as UTF-8.
OPTIONS = "hive_partitioning => false, binary_as_string => true"
# Each file with its schema, as text that files of the same columns share. DuckDB's other functions for footers read the
# writer's name and the statistics of all columns too, some of which make them fail or end the process.
SCHEMAS = """
    select
        file_name,
        to_json(list(struct_pack(
            name := name, children := coalesce(num_children, 0), physical := type,
            is_null := duckdb_type is not distinct from '"NULL"',
            type := duckdb_type, logical := logical_type, length := type_length
        ) order by column_id))::varchar as elements
    from parquet_schema({files})
    group by file_name
"""


class FileColumn(NamedTuple):
    """A column of a file that the contract knows: its name there, DuckDB's type of it, and its place from 0."""

    name: str
    kind: str
    place: int


def schemas(reader: Reader, paths: list[str]) -> dict[str, str]:
    """The schema of each file, by path, as JSON text. Raises DuckDB's error where a footer cannot be read."""
    return dict(reader.query(SCHEMAS.format(files=list_of(paths)))) if paths else {}


def metadata_of(opened: IO[bytes]) -> pq.FileMetaData | None:
    """The footer of a file as pyarrow reads it; None if it cannot, as DuckDB may read it all the same."""
    try:
        return pq.read_metadata(opened)
    except Exception:
        return None


def row_count_of(reader: Reader, path: str) -> int:
    """How many rows a footer says there are, as DuckDB reads it. Raises DuckDB's error where it cannot."""
    return reader.query(f"select num_rows from parquet_file_metadata({list_of([path])})")[0][0]


def columns_of(reader: Reader, path: str, elements: str, contract: Columns) -> tuple[dict[str, FileColumn], int]:
    """The columns of the contract that files with these elements have, by name, and how many columns there are in all.

    A name that differs in case only will do if the very name is not there. `path` is one of the files.
    """
    described = reader.query(f"describe select * from read_parquet({list_of([path])}, {OPTIONS})")
    columns: dict[str, FileColumn] = {}
    for place, (element, (_, kind, *_)) in enumerate(zip(_top_level(json.loads(elements)), described, strict=True)):
        name, column = element["name"], element["name"].lower()
        if column in contract and (column not in columns or name == column != columns[column].name):
            kind = "NULL" if element["is_null"] else "INT96" if element["physical"] == "INT96" else kind
            columns[column] = FileColumn(name, kind, place)
    return columns, len(described)


def _top_level(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns among the elements of a Parquet schema, which is a tree in depth-first order below its root."""
    columns, place = [], 1
    while place < len(elements):
        columns.append(elements[place])
        open_elements = 1
        while open_elements:
            open_elements += elements[place]["children"] - 1
            place += 1
    return columns


def mismatch(contract: Columns, kinds: dict[str, str]) -> str | None:
    """Why files whose columns have these types cannot be loaded, or None."""
    for column, (data_type, is_key, _) in contract.items():
        kind = kinds.get(column, "")
        if not kind and is_key:
            return f"lacks the column {column}"
        if data_type == "timestamptz" and kind == "INT96":
            return (
                f"{column} is INT96, which has no time zone; in Spark set"
                " spark.sql.parquet.outputTimestampType to TIMESTAMP_MICROS and write the file again"
            )
        if data_type == "timestamptz" and kind.startswith("TIMESTAMP") and kind not in INSTANTS:
            return f"{column} is a timestamp without time zone; write it as an instant (isAdjustedToUTC)"
        if (is_key or column in ENVELOPE) and not _can_be_read(kind, data_type):
            return f"{column} is {kind}, which cannot be read as {data_type}"
    return None


def _can_be_read(kind: str, data_type: str) -> bool:
    """Whether a column of this type of DuckDB's may hold values of a contract's plain type."""
    if kind in ("", "NULL"):
        return True
    if not is_plain(kind):
        return False
    return kind in INSTANTS if data_type == "timestamptz" else data_type != "bigint" or kind != "BOOLEAN"
