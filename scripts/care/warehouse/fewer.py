"""Compares a built database with the published one: no stream and no org that had rows may have none now."""

from __future__ import annotations

from pathlib import Path

import duckdb

from care.errors import listed

# Enough names to act on; a landing zone that is empty by mistake may have lost thousands of orgs.
SHOWN = 50
WITH_ROWS = """
    select schema_name || '.' || table_name from duckdb_tables()
    where schema_name = 'staging' and starts_with(table_name, 'stg_') or schema_name = 'marts' and table_name = 'orgs'
"""


def what_has_gone(built: duckdb.DuckDBPyConnection, published: Path) -> str | None:
    """The streams and orgs that have rows in the published database and none in the built one, in words, or None.

    A published database that is missing, or that this DuckDB cannot read, has nothing to compare with: building is how
    it is mended. Raises duckdb.Error where the built one cannot be read.
    """
    if not published.is_file():
        return None
    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            former = _names_with_rows(connection)
    except duckdb.Error:
        return None
    present = _names_with_rows(built)
    gone = {kind: sorted(former[kind] - present[kind]) for kind in former}
    return " and ".join(_named(kind, names) for kind, names in gone.items() if names) or None


def _names_with_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The streams that have loaded rows, and the orgs that have any."""
    tables = [table for (table,) in connection.execute(WITH_ROWS).fetchall()]
    filled = [table for table in tables if connection.execute(f"select 1 from {table} limit 1").fetchall()]
    orgs = connection.execute("select org_id from marts.orgs").fetchall() if "marts.orgs" in filled else []
    return {
        "stream": {table.removeprefix("staging.stg_") for table in filled if table != "marts.orgs"},
        "org": {org_id for (org_id,) in orgs},
    }


def _named(kind: str, names: list[str]) -> str:
    plain = [name if name.isprintable() else repr(name) for name in names]
    return f"the {kind}{'s' if len(names) > 1 else ''} {listed(plain, SHOWN)}"
