"""SQL that reads the columns of a file as the contract's types, and names the values that cannot be read."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import duckdb

from care.landing.contract import Columns
from care.landing.reader import text

# DuckDB 2 has a type of its own for nanoseconds.
INSTANTS = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
OTHER_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT", "UBIGINT")
PLAIN = (*WHOLE, *OTHER_NUMBERS, "VARCHAR", "JSON", "BLOB", "BOOLEAN", "DATE", "TIMESTAMP", "UUID", "INTERVAL")


class Value(NamedTuple):
    """SQL of a column's value, its type in DuckDB, and SQL of the text that it could not be read from, if known."""

    sql: str
    kind: str
    unread: str | None = None


def select_of(contract: Columns, values: dict[str, Value], source: str, path: str) -> str:
    """SQL of the rows of a source as the contract's columns; `path` is SQL of the path of a row's file.

    Beside the columns stand the names of those whose value is there and cannot be read (unreadable: `,a,b,`), and what
    it was (unread_values, JSON); both only for the event types that list the column.
    """
    typed = {column: _typed(contract, values, column) for column in contract}
    unreadable, unread_values = [], []
    for column in contract:
        value = values.get(column)
        if not value or (typed[column] == value.sql and not value.unread):
            continue
        unread = value.unread or "null"
        is_unread = f"({unread} is not null or {value.sql} is not null and ({typed[column]}) is null)"
        is_listed = f"{typed['event_type']} in ({', '.join(map(text, contract[column].event_types))})"
        case = f"case when {is_unread} and {is_listed}"
        unreadable.append(f" || {case} then '{column},' else '' end")
        # DuckDB ends the process where it makes text of a TIME that is beyond a day.
        is_time = re.search(r"\bTIME(_NS)?\b", value.kind.replace(INSTANTS[0], ""))
        written = f"coalesce({unread}, {text(value.kind) if is_time else f'try({value.sql}::varchar)'})"
        unread_values.append(f", {case} then '\"{column}\":' || coalesce(to_json({written})::varchar, 'null') end")
    members = f"concat_ws(','{''.join(unread_values)})" if unread_values else "''"
    columns = ", ".join(f"{sql} as {column}" for column, sql in typed.items())
    return (
        f"select {path} as path, landing_file.file_row_number, {columns}, ','{''.join(unreadable)} as unreadable,"
        f" nullif('{{' || {members} || '}}', '{{}}') as unread_values from {source}"
    )


def _typed(contract: Columns, values: dict[str, Value], column: str) -> str:
    value = values.get(column, Value("null", "NULL"))
    return read_as(value.sql, value.kind, contract[column].data_type)


def is_plain(kind: str) -> bool:
    """Whether a type of DuckDB's is neither nested nor one that has no text."""
    return kind.startswith(PLAIN) and not kind.endswith("]")


def read_as(value: str, kind: str, data_type: str) -> str:
    """SQL of a value of a type of DuckDB's as a type of the contract: null where it cannot be read."""
    nothing = f"null::{data_type}"
    if kind == data_type.upper():
        return value
    if data_type.endswith("]"):
        return f"try(cast({value} as {data_type}))" if _is_castable(kind, data_type) else nothing
    if kind == "NULL" or not is_plain(kind):
        return nothing
    if kind == "BLOB":
        value, kind = f"try(decode({value}))", "VARCHAR"
    if kind == data_type.upper() or (data_type == "timestamptz" and kind == INSTANTS[0]):
        return value
    if data_type == "timestamptz" and kind in INSTANTS:
        return f"{value}::timestamptz"
    if data_type == "varchar":
        return f"try({value}::varchar)"
    if data_type == "bigint" and kind in WHOLE:
        return f"{value}::bigint"
    if kind == "JSON":
        value, kind = f"{value}::varchar", "VARCHAR"
    if data_type == "bigint" and (kind == "VARCHAR" or kind.startswith(OTHER_NUMBERS)):
        number = f"try_cast({value} as double)"
        return f"case when {number} = trunc({number}) then try_cast({value} as bigint) end"
    if data_type == "boolean" and (kind == "VARCHAR" or kind in WHOLE):
        return f"try_cast({value} as boolean)"
    return nothing


@cache
def _is_castable(kind: str, data_type: str) -> bool:
    """Whether DuckDB casts lists of one type to lists of another at all."""
    if not kind.endswith("]"):
        return False
    with duckdb.connect() as connection:
        try:
            connection.execute(f"select try(cast(null::{kind} as {data_type}))")
        except duckdb.Error:
            return False
    return True
