"""The published database, opened for reading, and the catalog of exports in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from care.errors import BadArgument, CareError, first_line, unknown

# Enough to sort a year of messages beside its spill, and under 2 GiB of resident memory.
MEMORY = "1200MB"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The argument of exports that are called by a name of the vendor's.
REPORT_TYPE = "report_type"


@dataclass(frozen=True)
class Column:
    """One column of an export's view, as its YAML describes it."""

    column_name: str
    data_type: str
    header: str | None
    is_delivered: bool
    description: str | None


@dataclass(frozen=True)
class Export:
    """One row of catalog.exports with its columns in the order of the file."""

    family: str
    export: str
    view_name: str
    folder: str
    grain: str
    description: str
    has_window: bool
    has_as_of: bool
    order_by: tuple[str, ...]
    file_name_pattern: str
    default_format: str
    timestamp_format: str
    columns: tuple[Column, ...]
    folder_pattern: str = "{folder}"
    preamble: str | None = None
    default_time_zone: str = "UTC"
    uses_channels: bool = True
    # The period of a row of statistics, `day` or `quarter hour`; None for other exports.
    bucket: str | None = None
    # Its arguments beyond those of every export; a name of care.arguments, or one of its family's.
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name by which every command knows it."""
        return f"{self.family}.{self.export}"


def open_published(published: Path, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published database; big sorts spill below `spill`.

    Raises CareError if there is no such file or it cannot be read.
    """
    if not published.is_file():
        raise CareError(f"there is no published warehouse at {published}; run: python scripts/export.py build")
    try:
        connection = duckdb.connect(str(published), read_only=True, config={"autoinstall_known_extensions": "false"})
        connection.execute("set memory_limit = ?", [MEMORY])
        connection.execute("set temp_directory = ?", [str(spill) if spill else ""])
    except duckdb.Error as error:
        raise CareError(f"the warehouse {published} cannot be opened: {first_line(error)}") from error
    return connection


def book_build(connection: duckdb.DuckDBPyConnection, began: float) -> None:
    """Writes into a database that was built the instant at which its build began, in seconds since 1970."""
    connection.execute("create schema if not exists catalog")
    connection.execute(
        "create or replace table catalog.build as select make_timestamptz(?::bigint) as began_at",
        [int(began * 1_000_000)],
    )


def build_began(connection: duckdb.DuckDBPyConnection, published: Path) -> tuple[datetime, str | None]:
    """When the build of a database began, in UTC to the millisecond: what landed later is not in it.

    A database of an older version does not say it; then it is the time of its file, and a sentence warns of that.
    """
    try:
        rows = connection.execute("select epoch_ms(began_at) from catalog.build").fetchall()
    except duckdb.CatalogException:
        rows = []
    if len(rows) == 1 and rows[0][0] is not None:
        return EPOCH + timedelta(milliseconds=rows[0][0]), None
    changed_at = datetime.fromtimestamp(published.stat().st_mtime, UTC)
    return changed_at, (
        f"the warehouse {published} does not say when its build began; the time of its file is taken instead"
        f" ({changed_at:%Y-%m-%d %H:%M} UTC), which is wrong after a copy or a restore; build it again."
    )


def read_exports(connection: duckdb.DuckDBPyConnection) -> list[Export]:
    """Every export of the catalog, by family and name. Raises CareError if the database has no catalog."""
    try:
        exports = connection.execute(
            "select family, export, view_name, folder, grain, description, has_window, has_as_of, order_by,"
            " file_name_pattern, default_format, timestamp_format, folder_pattern, preamble, default_time_zone,"
            " uses_channels, bucket, arguments from catalog.exports order by family, export"
        ).fetchall()
        columns = connection.execute(
            "select family, export, column_name, data_type, header, is_delivered, description"
            " from catalog.export_columns order by family, export, position"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise CareError(f"the warehouse has no catalog of exports ({first_line(error)}); build it again") from error
    by_export: dict[tuple[str, str], list[Column]] = {}
    for family, export, *rest in columns:
        by_export.setdefault((family, export), []).append(Column(*rest))
    return [
        Export(
            *row[:8], tuple(row[8]), *row[9:12], tuple(by_export.get(row[:2], ())), *row[12:-1], tuple(row[-1] or ())
        )
        for row in exports
    ]


def find_export(exports: Iterable[Export], name: str) -> Export:
    """The export called `message`, `sparkcentral.message` or by its folder's name. Raises BadArgument.

    If the name is an argument of the vendor's, only the exact name is accepted.
    """
    exports = list(exports)
    asked = _plain(name)
    found = [
        export
        for export in exports
        if (name in (export.name, export.export) if REPORT_TYPE in export.arguments
            else asked in (_plain(export.name), _plain(export.export)))
    ]  # fmt: skip
    if len(found) > 1:
        raise BadArgument(f"'{name}' is in several families; write {' or '.join(export.name for export in found)}.")
    if not found:
        family, _, report_type = name.partition(".")
        types = [export.export for export in exports if export.family == family and REPORT_TYPE in export.arguments]
        if types:
            raise BadArgument(f"unknown report type '{report_type}'; known: {', '.join(types)}")
        known = [export.name for export in exports] if "." in name else [export.export for export in exports]
        raise unknown("export", name, known)
    return found[0]


def exports_of_family(exports: Iterable[Export], family: str | None) -> list[Export]:
    """The exports of one family; unnamed, of the only one there is. Raises BadArgument."""
    exports = list(exports)
    families = sorted({export.family for export in exports})
    if family is None:
        if len(families) != 1:
            raise BadArgument(f"--all needs a family: {', '.join(families) or 'the catalog is empty'}.")
        return exports
    found = [export for export in exports if _plain(export.family) == _plain(family)]
    if not found:
        raise unknown("family", family, families)
    return found


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_")
