"""Which landed row makes a staging model fail, found by halving what the model reads until one row is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb

from care.errors import first_line

# How staging reads what landing_files has written down (macros/engine/landing.sql).
LANDED = re.compile(r"read_parquet\('((?:[^']|'')*\.landed/\w+/\*\.parquet)'\)")
Part = TypeVar("Part")


@dataclass(frozen=True)
class Blame:
    """A file without which a model would not fail; `row` is counted from 1, None if no single row is to blame."""

    path: str
    row: int | None
    error: str

    def sentence(self) -> str:
        """The failure and what to do about it, as a sentence."""
        where = f"row {self.row:,} of {self.path}" if self.row else self.path
        return f"{where} cannot be read ({self.error}); move that file out of the landing zone and build again"


def blame(database: Path, sql: str) -> Blame | None:
    """The landed row because of which a model's SQL fails in a database; None if none is found.

    Reads only. What was landed must still lie beside the database.
    """
    folders = sorted(set(LANDED.findall(sql)))
    if not folders:
        return None
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return _halve(connection, folders, sql)
    except duckdb.Error:
        return None


def _halve(connection: duckdb.DuckDBPyConnection, folders: Sequence[str], sql: str) -> Blame | None:
    def error_of(condition: str) -> str | None:
        part = LANDED.sub(lambda read: f"(select * from {read.group()} where {condition})", sql)
        try:
            connection.execute(f"create or replace temp table tried as {part}")
        except duckdb.Error as error:
            return first_line(error)
        return None

    landed = " union all ".join(f"select path, file_row_number from read_parquet('{folder}')" for folder in folders)
    files = connection.execute(f"select path, max(file_row_number) from ({landed}) group by path order by path")
    last_rows = dict(files.fetchall())
    names = {path: "'" + path.replace("'", "''") + "'" for path in last_rows}
    paths = _smallest(list(last_rows), lambda some: error_of(f"path in ({', '.join(names[path] for path in some)})"))
    if len(paths) != 1:
        return None
    (path,) = paths
    of_file = f"path = {names[path]}"
    rows = _smallest(
        range(last_rows[path] + 1),
        lambda some: error_of(f"{of_file} and file_row_number between {some[0]} and {some[-1]}"),
    )
    error = error_of(of_file) or ""
    return Blame(path, rows[0] + 1 if len(rows) == 1 else None, error)


def _smallest(parts: Sequence[Part], error_of: Callable[[Sequence[Part]], str | None]) -> Sequence[Part]:
    """The parts that fail, halved as long as one of the halves fails alone; none where all of them pass."""
    if not parts or not error_of(parts):
        return ()
    while len(parts) > 1:
        middle = len(parts) // 2
        half = next((half for half in (parts[:middle], parts[middle:]) if error_of(half)), None)
        if half is None:
            break
        parts = half
    return parts
