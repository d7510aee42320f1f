"""Schedules of the small warehouse, and what should come of them."""

from __future__ import annotations

import hashlib
import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from care.warehouse.catalog import book_build
from small_warehouse import make_small_warehouse
from test_export_cli import Shell

NOW = ("--now", "2025-04-01T12:00")
MANY = {"schedule": "hourly_messages", "frequency": "hourly", "timezone": "America/New_York", "start": "2025-03-29"}
OPEN = {"schedule": "weekly_open", "export_name": "sparkcentral.open_conversation", "frequency": "weekly",
        "start": "2025-03-17"}  # fmt: skip
COLUMNS = (
    "schedule, export_name, org_id, timezone, channels, frequency, destination, format, locale, start, delay, owner,"
    " description, restate_days, chosen_columns, end_at, formerly, hold_until_landed, unknown_options"
)
LISTS = ("channels", "chosen_columns", "formerly", "unknown_options")


def literal(text: str | None) -> str:
    """A text as SQL writes it."""
    return "null::varchar" if text is None else "'" + text.replace("'", "''") + "'"


def schedules(*rows: dict[str, str | None]) -> str:
    """SQL that makes catalog.schedules; each row says only what is not usual, lists with a line for each value."""
    usual: dict[str, str | None] = {
        "schedule": "daily_messages", "export_name": "sparkcentral.message", "org_id": "acme",
        "timezone": "Europe/Brussels", "channels": None, "frequency": "daily", "destination": "here", "format": None,
        "locale": None, "start": "2025-03-28", "delay": "15m", "owner": "Somebody", "description": "Something.",
        "restate_days": None, "chosen_columns": None, "end_at": None, "formerly": None, "hold_until_landed": None,
        "unknown_options": None,
    }  # fmt: skip
    values = [tuple((usual | row).values()) for row in rows]
    lists = ", ".join(f"string_split({name}, chr(10)) as {name}" for name in LISTS)
    literals = ", ".join(f"({', '.join(map(literal, row))})" for row in values)
    return f"""
    create or replace table catalog.schedules as
    select * replace ({lists}) from (values {literals}) as rows ({COLUMNS})
    """


def office(shell: Shell, *rows: dict[str, str | None], destinations: str = "here: {url: out}", sql: str = "") -> Path:
    """A published warehouse with schedules, and a file of destinations."""
    file = shell.folder / "destinations.yml"
    file.write_text(destinations)
    os.environ["CARE_DESTINATIONS"] = str(file)
    return make_small_warehouse(shell.folder / "warehouse", schedules(*rows), *([sql] if sql else []))


def built(database: Path, at: datetime | None = None, *statements: str) -> None:
    """A database that was changed, its build begun at a moment; now, if none is given."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for statement in statements:
            connection.execute(statement)
        book_build(connection, time.time() if at is None else at.timestamp())


@pytest.fixture(autouse=True)
def own_destinations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARE_DESTINATIONS", "")


def files(folder: Path) -> dict[str, bytes]:
    """Everything that lies in a folder, by its path there; parts and all."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def booked(shell: Shell) -> list[dict[str, Any]]:
    """The completed runs of the ledger."""
    return [run for run in json.loads(shell("runs", "--limit", "10000", "--json")) if run["detail"] == "COMPLETED"]


def agrees(shell: Shell, found: dict[str, bytes]) -> None:
    """The ledger and the destination hold the same files."""
    runs = {str(Path(run["file"]).relative_to(shell.folder / "out")): run for run in booked(shell)}
    assert runs.keys() == found.keys()
    for name, content in found.items():
        assert (runs[name]["bytes"], runs[name]["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
