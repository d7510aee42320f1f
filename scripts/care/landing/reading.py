"""Reads the files of a stream to their end and writes their rows as the contract has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from care.landing.contract import Columns
from care.landing.damage import damage_of
from care.landing.errors import Unwritable, cause, first_line, is_interruption
from care.landing.files import File, still_found
from care.landing.listing import change_of
from care.landing.reader import Reader, list_of, text
from care.landing.rewriting import rewrite
from care.landing.schema import OPTIONS, FileColumn, columns_of, metadata_of, mismatch, row_count_of, schemas
from care.landing.values import Value, select_of

# Files that are read by one query: enough to make queries cheap, few enough to keep their footers in little memory.
TOGETHER = 500


class Stream:
    """Loads the files of one stream: their rows become the parts `0.parquet`, `1.parquet`, … of the stream's folder."""

    def __init__(self, reader: Reader, stream: str, contract: Columns) -> None:
        self.reader = reader
        self.contract = contract
        self.folder = reader.landed / stream
        self.parts = 0

    def load(self, files: list[File]) -> None:
        """Makes every file loaded or refused. The first part has no rows: a stream without files is an empty one.

        Raises Unwritable if a part cannot be written.
        """
        self.folder.mkdir(parents=True)
        self.write({}, "(select null::bigint as file_row_number where false) as landing_file", "''")
        alike: dict[str, list[File]] = {}
        for some in _batches(files):
            self.in_parts(some, lambda part: self.examine(part, alike), "not a readable Parquet file")
        for elements, same in alike.items():
            for some in _batches(same):
                self.in_parts(some, lambda part, elements=elements: self.read(part, elements), "damaged content")

    def in_parts(self, files: list[File], action: Callable[[list[File]], None], complaint: str) -> None:
        """Does something with many files at once; where it fails, with each half of them, down to one bad file."""
        try:
            action(files)
        except Unwritable:
            raise
        except Exception as error:
            if is_interruption(error):
                raise
            if len(files) > 1:
                middle = len(files) // 2
                self.in_parts(files[:middle], action, complaint)
                self.in_parts(files[middle:], action, complaint)
            else:
                files[0].refuse(change_of(self.reader.filesystem, files[0].listed) or f"{complaint}: {cause(error)}")

    def unchanged(self, files: list[File]) -> list[File]:
        """The files that are as they were listed; the others are refused."""
        for file in files:
            change = change_of(self.reader.filesystem, file.listed)
            if change:
                file.refuse(change)
        return still_found(files)

    def examine(self, files: list[File], alike: dict[str, list[File]]) -> None:
        """Adds each file to those of the same schema."""
        files = self.unchanged(files)
        found = schemas(self.reader, [file.path for file in files])
        for file in files:
            alike.setdefault(found[file.path], []).append(file)

    def read(self, files: list[File], elements: str) -> None:
        """Reads files of the same schema to their end: each is loaded, or refused if it is not what its footer says."""
        files = self.unchanged(files)
        if not files:
            return
        columns, width = columns_of(self.reader, files[0].path, elements, self.contract)
        kinds = {name: column.kind for name, column in sorted(columns.items())}
        reason = mismatch(self.contract, kinds)
        for file in files:
            file.column_types = json.dumps(kinds)
            damage = self.damage_of(file, columns)
            if reason or damage:
                file.refuse(reason or damage)
        files = still_found(files)
        while files:
            part = self.read_columns(files, columns, width)
            counts = dict(
                self.reader.query(f"select path, count(*) from read_parquet({list_of([str(part)])}) group by path")
            )
            for file in self.unchanged(files):
                count = counts.get(file.path, 0)
                if count != file.row_count:
                    file.refuse(f"damaged content: its footer says {file.row_count} rows, but {count} can be read")
            if len(still_found(files)) == len(files):
                break
            # The part holds rows of refused files; the others are read once more.
            part.unlink()
            files = still_found(files)
        for file in files:
            file.status = "loaded"

    def damage_of(self, file: File, columns: dict[str, FileColumn]) -> str | None:
        """Damage of the file that DuckDB does not detect, or None. Sets row_count from the footer."""
        with self.reader.open(file.listed.path) as opened:
            metadata = metadata_of(opened)
            if metadata is None:
                file.row_count = row_count_of(self.reader, file.path)
                return None
            file.row_count = metadata.num_rows
            return damage_of(opened, metadata, [column.name for column in columns.values()])

    def read_columns(self, files: list[File], columns: dict[str, FileColumn], width: int) -> Path:
        """Writes the contract's columns of these files as one part; returns its path. Each file has `width` columns."""
        # Columns are called by their place, since names may repeat.
        places = ", ".join(f'"{place}"' for place in range(width))
        paths = list_of(file.path for file in files)
        values = {name: Value(f'landing_file."{column.place}"', column.kind) for name, column in columns.items()}
        try:
            source = f"read_parquet({paths}, {OPTIONS}) as landing_file ({places})"
            return self.write(values, source, "landing_file.filename")
        except Exception as error:
            is_of_values = "UTF8" in str(error) or isinstance(error, duckdb.ConversionException)
            if len(files) > 1 or not is_of_values:
                raise
            return self.read_rewritten(files[0], columns)

    def read_rewritten(self, file: File, columns: dict[str, FileColumn]) -> Path:
        """Does as read_columns for a file with values that DuckDB cannot read."""
        copy = self.reader.landed / "rewritten.parquet"
        with self.reader.open(file.listed.path) as opened:
            rewrite(opened, copy, {name: column.name for name, column in columns.items()})
        source = f"read_parquet({list_of([str(copy)])})"
        kinds = dict(row[:2] for row in self.reader.query(f"describe select * from {source}"))
        values = {name: Value(f"landing_file.{name}", kinds[name], f"landing_file.unread_{name}") for name in columns}
        return self.write(values, f"{source} as landing_file", text(file.path))

    def write(self, values: dict[str, Value], source: str, path: str) -> Path:
        """Writes the rows of a source as the next part and returns that part's path; arguments as of select_of."""
        part = self.folder / f"{self.parts}.parquet"
        self.parts += 1
        try:
            # Row groups are kept in memory until they are written, and those of long texts would not fit.
            self.reader.query(
                f"copy ({select_of(self.contract, values, source, path)}) to {text(str(part))}"
                " (format parquet, row_group_size_bytes '32MB')"
            )
        except Exception as error:
            part.unlink(missing_ok=True)
            if isinstance(error, duckdb.IOException) and str(self.folder) in str(error):
                raise Unwritable(f"{self.folder} cannot be written: {first_line(error)}") from error
            raise
        return part


def _batches(files: list[File]) -> list[list[File]]:
    return [files[start : start + TOGETHER] for start in range(0, len(files), TOGETHER)]
