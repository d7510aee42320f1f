"""OPEN_AT_END of the past is computed from the history: later events do not change it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from generator import random_log
from simulation.story import write_landing
from warehouse import build

ENTITIES = {"channels", "inboxes", "queues", "users", "teams", "topics", "tags", "contacts", "contact_attributes"}
ORG = "acme"
Events = dict[str, list[dict[str, Any]]]


def until(events: Events, cut: datetime, org_id: str) -> Events:
    """The log as it was at an instant, as another org's; names, settings and teams are never cut."""
    return {
        stream: [row | {"org_id": org_id} for row in rows if stream in ENTITIES or row["occurred_at"] < cut]
        for stream, rows in events.items()
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[datetime], Path]:
    """Instants of a random log, and a warehouse of it that holds it cut at each of them, too."""
    events = random_log(3, conversations=60, bad_share=0, repeated_share=0)
    events = {stream: [row for row in rows if row["org_id"] == ORG] for stream, rows in events.items()}
    instants = sorted({row["occurred_at"] for stream, rows in events.items() for row in rows if stream not in ENTITIES})
    cuts = sorted(random.Random(7).sample(instants, 12))
    last = {"event_id": "last", "event_type": "upserted", "team_id": "t-last", "name": "Last", "org_id": ORG}
    events["teams"].append(last | {"occurred_at": instants[-1] + timedelta(days=1)})
    landed = {stream: list(rows) for stream, rows in events.items()}
    for number, cut in enumerate(cuts):
        for stream, rows in until(events, cut, f"{ORG}-{number}").items():
            landed[stream] += rows
    folder = tmp_path_factory.mktemp("history")
    write_landing(landed, folder / "raw")
    return cuts, build(folder / "raw", folder / "warehouse", models=("+khoros_care__conversation",))


def open_at(connection: duckdb.DuckDBPyConnection, org_id: str, cut: datetime) -> list[tuple[Any, ...]]:
    """The report of an org as of an instant, without the org."""
    connection.execute("set variable org_id = ?", [org_id])
    connection.execute("set variable window_end = ?", [cut])
    return connection.execute("select * exclude (org_id) from khoros_care.conversation order by all").fetchall()


def test_open_at_end_is_what_was_open_when_nothing_later_had_happened(told: tuple[list[datetime], Path]) -> None:
    cuts, warehouse = told
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        rows = 0
        for number, cut in enumerate(cuts):
            now = open_at(connection, ORG, cut)
            assert now == open_at(connection, f"{ORG}-{number}", cut), cut
            rows += len(now)
        assert rows > 0, "nothing was compared"
