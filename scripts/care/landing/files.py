"""One file of the landing zone: what was listed, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from care.landing.contract import Contract
from care.landing.listing import NOT_IN_A_STREAM, Listed
from care.landing.reader import Reader, is_openable

FIELDS = {
    "stream": pa.string(),
    "path": pa.string(),
    "status": pa.string(),
    "reason": pa.string(),
    "row_count": pa.int64(),
    "size_bytes": pa.int64(),
    "modified_at": pa.timestamp("us", "UTC"),
    "column_types": pa.string(),
}


@dataclass
class File:
    """A file and its status: `found`, then `loaded` or, with a reason, `refused`.

    `path` is the file's path or URL, as DuckDB opens it. `row_count` is what its footer says.
    """

    listed: Listed
    stream: str | None
    path: str
    status: str = "found"
    reason: str | None = None
    row_count: int | None = None
    column_types: str | None = None

    def refuse(self, reason: str) -> None:
        """None of the file's rows is loaded."""
        self.status, self.reason = "refused", reason

    def row(self) -> dict[str, object]:
        """The file's row of landing_files: a value for each of FIELDS."""
        known = vars(self) | vars(self.listed) | {"path": self.path, "reason": self.reason}
        return {name: known[name] for name in FIELDS}


def file_of(listed: Listed, base: str, contract: Contract, reader: Reader) -> File:
    """A listed file below the folder `base`; it is refused if its listing alone says that it cannot be loaded."""
    folders = listed.path[len(base) :].strip("/").split("/")
    stream = folders[0] if len(folders) > 1 else None
    reason = listed.reason
    if not reason and stream not in contract:
        reason = NOT_IN_A_STREAM
    if not reason and not listed.path.endswith(".parquet"):
        reason = "its name does not end in .parquet"
    if not reason and not is_openable(listed.path):
        reason = "its path has a backslash beside one of [ * ?, which DuckDB cannot open; rename it"
    file = File(listed, stream, reader.url(listed.path))
    if reason:
        file.refuse(reason)
    return file


def still_found(files: list[File]) -> list[File]:
    """The files of which nothing is decided yet."""
    return [file for file in files if file.status == "found"]


def table_of(files: list[File]) -> pa.Table:
    """The table landing_files: one row per file."""
    return pa.Table.from_pylist([file.row() for file in files], schema=pa.schema(FIELDS))
