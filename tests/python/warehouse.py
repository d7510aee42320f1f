"""Builds a warehouse from a landing zone with dbt, in process, and reads its export views as a user would."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from oracle import Log, Request

PROJECT = Path(__file__).resolve().parents[2]
MODELS_ONLY = ("build", "--resource-type", "model", "--resource-type", "seed")


def family(name: str) -> tuple[str, ...]:
    """A selection of the models that a family's exports need."""
    return f"+path:models/exports/{name}", "+path:models/catalog"


@cache
def workshop() -> Path:
    """The folder in which all builds of a process are made: dbt parses the project anew whenever it changes."""
    folder = Path(tempfile.mkdtemp(prefix="care-workshop-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "build").mkdir()
    return folder


def script(folder: Path, *arguments: str) -> str:
    """The output of the script, with landing zone, warehouse and state in a folder; it must succeed."""
    places = {"CARE_LANDING": "raw", "CARE_WAREHOUSE": "warehouse", "CARE_STATE": "state"}
    places = {name: str(folder / place) for name, place in places.items()}
    command = [sys.executable, str(PROJECT / "scripts" / "export.py"), *arguments]
    run = subprocess.run(command, cwd=folder, env=os.environ | places, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def dbt(landing: Path, *command: str) -> None:
    """Runs a dbt command on the workshop's database; what failed is the assertion's message."""
    os.environ |= {"CARE_LANDING": str(landing), "CARE_WAREHOUSE": str(workshop())}
    folders = {"project-dir": PROJECT, "profiles-dir": PROJECT, "target-path": workshop() / "target"}
    options = [f"--{name}={folder}" for name, folder in folders.items()]
    result = dbtRunner().invoke([*command, *options, f"--log-path={workshop() / 'logs'}", "--quiet"])
    DuckDBConnectionManager.close_all_connections()
    failures = [f"{row.node.name}: {row.message}" for row in result.result or [] if row.status in ("error", "fail")]
    assert result.success, "\n".join(failures) or repr(result.exception)


def build(
    landing: Path,
    warehouse: Path,
    *tests: str,
    models: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
    selector: str | None = None,
) -> Path:
    """The database that dbt makes of a landing zone: all models or those selected, after the data tests named.

    A `selector` of selectors.yml names more tests.
    """
    dbt(landing, *MODELS_ONLY, *(("--select", *models) if models else ()), *options)
    if tests:
        dbt(landing, "test", "--select", *tests)
    if selector:
        dbt(landing, "test", "--selector", selector)
    with duckdb.connect(str(workshop() / "build" / "care.duckdb")) as connection:
        connection.execute("checkpoint")
    warehouse.mkdir(parents=True, exist_ok=True)
    return Path(shutil.move(workshop() / "build" / "care.duckdb", warehouse / "care.duckdb"))


class Built(NamedTuple):
    """Landed events, the oracle's view of them, and the warehouse that was built of them."""

    events: dict[str, list[dict[str, Any]]]
    log: Log
    connection: duckdb.DuckDBPyConnection


def bound(connection: duckdb.DuckDBPyConnection, request: Request) -> duckdb.DuckDBPyConnection:
    """A session that asks for a request, as a user types it."""
    cursor = connection.cursor()
    cursor.execute(f"set TimeZone = '{request.timezone}'")
    for name in ("org_id", "window_start", "window_end", "as_of", "channels", "delivery"):
        cursor.execute(f"set variable {name} = ?", [getattr(request, name)])
    return cursor


def export_rows(connection: duckdb.DuckDBPyConnection, export: str, request: Request) -> list[dict[str, Any]]:
    """The rows of an export, or of one of another family ("tracebuzz.cases"), in the file's order."""
    family, _, name = export.rpartition(".")
    view = [family or "sparkcentral", name]
    cursor = bound(connection, request)
    catalogued = "where family = ? and export = ?"
    columns = cursor.execute(
        f"select column_name from catalog.export_columns {catalogued} and is_delivered order by position", view
    ).fetchall()
    order = cursor.execute(f"select order_by from catalog.exports {catalogued}", view).fetchall()[0][0]
    names = ", ".join(f'"{column}"' for (column,) in columns)
    sorting = ", ".join(f'"{column}" nulls last' for column in order)
    rows = cursor.execute(f'select {names} from {view[0]}."{name}" order by {sorting}').fetchall()
    return [dict(zip([column for (column,) in columns], row, strict=True)) for row in rows]
