"""How a file looks: its format, its columns in their order, its header line, its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from care.errors import BadArgument, CareError, unknown
from care.warehouse import Column, Export

FORMATS = ("csv", "json", "parquet")


@dataclass(frozen=True)
class Layout:
    """What a file of an export shows; the headers are those of the columns, in the same order.

    `chosen` and `locale` are what was asked for, None for all columns and their own headers.
    """

    format: str
    columns: tuple[Column, ...]
    headers: tuple[str, ...]
    excel: bool = False
    chosen: str | None = None
    locale: str | None = None


def layout_for(
    cursor: duckdb.DuckDBPyConnection,
    export: Export,
    *,
    format: str | None = None,
    columns: str | None = None,
    locale: str | None = None,
    excel: bool = False,
) -> Layout:
    """The layout that was asked for; `columns` is a list joined with commas. Raises BadArgument."""
    chosen_format = format or export.default_format
    if chosen_format not in FORMATS:
        raise unknown("format", chosen_format, FORMATS)
    if chosen_format != "csv" and (excel or locale):
        raise BadArgument(
            f"{'--excel' if excel else '--locale'} is for csv;"
            f" {chosen_format} files name their columns as the view does."
        )
    chosen = _columns(export, columns)
    return Layout(chosen_format, chosen, _headers(cursor, export, chosen, locale), excel, columns, locale)


def _columns(export: Export, asked: str | None) -> tuple[Column, ...]:
    delivered = {column.column_name: column for column in export.columns if column.is_delivered}
    if asked is None:
        return tuple(delivered.values())
    names = [name.strip() for name in asked.split(",")]
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


def file_name(pattern: str, fields: Mapping[str, str]) -> str:
    """The pattern of a family filled in; no value can leave the folder or hide the file.

    Raises CareError where the pattern has a field that is not among `fields`.
    """
    try:
        name = pattern.format_map({key: as_name(value) for key, value in fields.items()})
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise CareError(
            f"the file name pattern '{pattern}' cannot be filled in ({error!r}); correct the family's."
        ) from error
    return f"%2E{name[1:]}" if name.startswith(".") else name


def as_name(text: str) -> str:
    """The text with what is no part of a plain file name written as %XX, the percent sign included."""
    return re.sub(r"[\x00-\x1f\x7f/\\%]", lambda match: f"%{ord(match[0]):02X}", text)
