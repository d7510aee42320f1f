"""How a file looks: its format, its columns in their order, what stands above its rows."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from care.errors import BadArgument, unknown
from care.warehouse.catalog import Column, Export

FORMATS = ("csv", "json", "parquet")
VENDOR_FORMATS = ("json", "csv")


@dataclass(frozen=True)
class Layout:
    """The columns of an export's file; the headers are those of the columns, in the same order.

    `preamble` is a line in front of them, None for none. `chosen` and `locale` are what was requested, None for all
    columns and their own headers.
    """

    format: str
    columns: tuple[Column, ...]
    headers: tuple[str, ...]
    excel: bool = False
    chosen: str | None = None
    locale: str | None = None
    preamble: str | None = None


def layout_for(
    cursor: duckdb.DuckDBPyConnection,
    export: Export,
    *,
    format: str | None = None,
    columns: str | None = None,
    locale: str | None = None,
    excel: bool = False,
) -> Layout:
    """The layout that was requested; `columns` is a list joined with commas. Raises BadArgument."""
    if "locale" in export.arguments:
        # There it is the language of words in the rows; headers are what the vendor calls the columns.
        locale = None
    chosen_format = _format(export, format)
    if chosen_format != "csv" and (excel or locale):
        raise BadArgument(
            f"{'--excel' if excel else '--locale'} is for csv;"
            f" {chosen_format} files name their columns as the view does."
        )
    chosen = _columns(export, columns)
    headers = _headers(cursor, export, chosen, locale)
    # With a line such as sep=, in front of it a spreadsheet would not see the BOM, and break accents.
    preamble = export.preamble if chosen_format == "csv" and not excel else None
    return Layout(chosen_format, chosen, headers, excel, columns, locale, preamble)


def _format(export: Export, asked: str | None) -> str:
    if "report_format" in export.arguments:
        if asked is not None and asked not in VENDOR_FORMATS:
            raise BadArgument(f"reportFormat must be {' or '.join(VENDOR_FORMATS)}, not '{asked}'")
        return asked or export.default_format
    chosen = asked or export.default_format
    if chosen not in FORMATS:
        raise unknown("format", chosen, FORMATS)
    return chosen


def _columns(export: Export, asked: str | None) -> tuple[Column, ...]:
    delivered = {column.column_name: column for column in export.columns if column.is_delivered}
    if asked is None:
        return tuple(delivered.values())
    names = [name.strip() for name in asked.split(",")]
    if "report_metrics" in export.arguments:
        for name in names:
            if name not in delivered:
                raise BadArgument(f"unknown metric '{name}' of {export.export}; known: {', '.join(delivered)}")
        return tuple(delivered[name] for name in dict.fromkeys(names))
    for name in names:
        if name in delivered:
            continue
        if any(name == column.column_name for column in export.columns):
            raise BadArgument(f"the column '{name}' of {export.export} is a key that is not delivered; leave it out.")
        raise unknown(f"column of {export.export}", name, delivered)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise BadArgument(f"--columns names '{twice}' twice; a file holds a column once.")
    return tuple(delivered[name] for name in names)


def _headers(
    cursor: duckdb.DuckDBPyConnection, export: Export, columns: tuple[Column, ...], locale: str | None
) -> tuple[str, ...]:
    printed = {column.column_name: column.header or column.column_name for column in columns}
    if locale:
        rows = cursor.execute(
            "select locale, column_name, header from catalog.headers where family = ? and export = ?",
            [export.family, export.export],
        ).fetchall()
        if locale not in {row[0] for row in rows}:
            raise unknown(f"locale of {export.export}", locale, {row[0] for row in rows})
        printed |= {name: header for at, name, header in rows if at == locale and name in printed and header}
    return tuple(printed.values())
