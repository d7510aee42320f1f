"""The eighteen files of the Tracebuzz family on the demo's events: each opens, and no column of any is ever empty."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import script

OBJECTS = {
    "results", "cases", "activities", "case_activities", "users", "labels", "persons", "user_inbox_status", "notes",
    "ai_suggestions",
}  # fmt: skip
STATISTICS = {
    f"{raw}{name}" for raw in ("raw_", "") for name in ("service", "sla", "agents", "agent_inbox")
}  # fmt: skip


@pytest.fixture(scope="module")
def written(demo: Path) -> dict[str, dict[str, Any]]:
    """The output of one run of the family about its files, by export."""
    asked = ("--org", "acme", "--from", "2025-03-24", "--to", "2025-04-07", "--json")
    printed = [json.loads(line) for line in script(demo, "run", "--all", "tracebuzz", *asked).splitlines()]
    return {one["export"].removeprefix("tracebuzz."): one for one in printed}


def rows_of(path: str) -> tuple[list[str], list[dict[str, str]]]:
    """The headers and the rows of a file, read after its first line."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        assert next(file) == "sep=,\n"
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), list(reader)


def test_eighteen_files_are_written(demo: Path, written: dict[str, dict[str, Any]]) -> None:
    assert written.keys() == OBJECTS | STATISTICS
    for name, one in written.items():
        path = Path(one["path"])
        assert path.parent == demo / "export" / "tracebuzz" / "acme"
        assert re.fullmatch(rf"raw-{name}-\d{{10}}\.csv", path.name)
        assert path.stat().st_size == one["bytes"]


@pytest.mark.parametrize("name", sorted(OBJECTS | STATISTICS))
def test_every_column_has_a_value_somewhere(demo: Path, written: dict[str, dict[str, Any]], name: str) -> None:
    headers, rows = rows_of(written[name]["path"])
    assert len(rows) == written[name]["rows"] > 0
    assert [header for header in headers if not any(row[header] for row in rows)] == []
    with duckdb.connect(str(demo / "warehouse" / "care.duckdb"), read_only=True) as connection:
        expected = connection.execute(
            "select header from catalog.export_columns where family = 'tracebuzz' and export = ? and is_delivered"
            " order by position",
            [name],
        ).fetchall()
    assert headers == [header for (header,) in expected]


@pytest.mark.parametrize(
    ("name", "header", "codes"),
    [
        ("activities", "ACTIVITY", range(1, 38)),
        ("case_activities", "DESCRIPTION", [n for n in range(1, 55) if n not in (16, 19, *range(45, 51), 52)]),
        ("ai_suggestions", "ACTION", range(1, 5)),
        ("user_inbox_status", "USER STATUS", (1, 2)),
        ("results", "TYPE", range(1, 6)),
        ("results", "STATUS", (1, 2, 5)),
        ("results", "SENTIMENT", range(-2, 3)),
        ("results", "SOURCE", (1, 2, 3, 4, 5, 6, 8, 10, 13, 17)),
    ],
)
def test_every_code_that_sources_send_occurs(
    written: dict[str, dict[str, Any]], name: str, header: str, codes: Any
) -> None:
    assert {row[header] for row in rows_of(written[name]["path"])[1]} - {""} == {str(code) for code in codes}


def test_sessions_in_inboxes_end_in_every_way(written: dict[str, dict[str, Any]]) -> None:
    """Left, ended by the clock or as-of (no LOGOUT TIME), by going offline, by the next session in the same inbox."""
    rows = rows_of(written["user_inbox_status"]["path"])[1]
    logins = {(row["USER ID"], row["SEARCH ID"], row["LOGIN TIME"]) for row in rows}
    assert any(not row["LOGOUT TIME"] for row in rows)
    assert any((row["USER ID"], row["SEARCH ID"], row["LOGOUT TIME"]) in logins for row in rows)
    assert any(row["LOGOUT TIME"] and not row["SEARCH ID"] for row in rows), "going offline ends what is never left"


def test_statistics_are_whole_days_of_the_familys_time_zone(written: dict[str, dict[str, Any]]) -> None:
    for name in STATISTICS:
        days = {row["ROWDATE"] for row in rows_of(written[name]["path"])[1]}
        assert min(days) >= "2025-03-24" and max(days) <= "2025-04-06" and len(days) >= 10
