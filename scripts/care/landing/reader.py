"""Queries over the files of a landing zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import duckdb
import fsspec
from fsspec.implementations.local import LocalFileSystem

# The characters that DuckDB takes for a pattern in a path.
PATTERN = re.compile(r"[\[*?]")


class Reader:
    """Opens files in a database of its own: a bad file may end that database, and no other.

    All files are written below the folder `landed`.
    """

    def __init__(self, filesystem: fsspec.AbstractFileSystem, landed: Path) -> None:
        self.filesystem = filesystem
        self.landed = landed
        self.is_local = isinstance(filesystem, LocalFileSystem)
        self.connect()

    def connect(self) -> None:
        """Begins with a new database."""
        # DuckDB's cache of files would show the content of a file as it was before it was written again.
        self.connection = duckdb.connect(config={"memory_limit": "2GB", "enable_external_file_cache": "false"})
        self.connection.execute("set preserve_insertion_order = false; set TimeZone = 'UTC'")
        self.connection.execute(f"set temp_directory = {text(f'{self.landed}/spill')}")
        if not self.is_local:
            self.connection.register_filesystem(self.filesystem)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises DuckDB's error; the next query finds a sound database all the same."""
        try:
            return self.connection.execute(sql).fetchall()
        except Exception:
            try:
                self.connection.execute("select 1").fetchall()
            except duckdb.Error:
                self.connect()
            raise

    def url(self, path: str) -> str:
        """A path as DuckDB opens it and as landing_files names it."""
        return path if self.is_local else self.filesystem.unstrip_protocol(path)

    def open(self, path: str) -> IO[bytes]:
        """A file of the landing zone, for Python. Raises OSError if it cannot be opened."""
        return Path(path).open("rb", buffering=0) if self.is_local else self.filesystem.open(path, "rb")


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def list_of(paths: Iterable[str]) -> str:
    """Paths as SQL writes a list of them for DuckDB's functions that read files: each stands for itself alone."""
    # Not a parameter: DuckDB's Python client takes a quarter of a millisecond for each element of a list.
    return "[" + ", ".join(text(PATTERN.sub(r"[\g<0>]", path)) for path in paths) + "]"


def is_openable(path: str) -> bool:
    """Whether list_of can write this path: DuckDB cannot escape a pattern's character beside a backslash."""
    return not ("\\" in path and PATTERN.search(path))
