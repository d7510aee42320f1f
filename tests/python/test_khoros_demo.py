"""The eleven reports of the Khoros Care family on the demo: valid, the same in both formats, in the language asked."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import script

REPORTS = [
    "author", "combined", "conversation", "conversation_actions", "incoming_post", "raw_agent_states",
    "raw_expert_help", "response", "response_approval", "team_performance", "team_performance_interval",
]  # fmt: skip
ASKED = ("--org", "acme", "--from", "2025-03-24", "--to", "2025-04-07", "--timezone", "Europe/Brussels")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00")
# The translated words of each language: statuses and help, decisions, states.
WORDS = {
    "en": {"Open", "Pending", "Closed", "Answered", "Expired", "Approved", "Rejected", "Withdrawn", "Available",
           "Away", "Offline"},
    "tr": {"Açık", "Beklemede", "Kapalı", "Yanıtlandı", "Süresi doldu", "Onaylandı", "Reddedildi", "Geri çekildi",
           "Müsait", "Uzakta", "Çevrimdışı"},
}  # fmt: skip


def paths(demo: Path, *options: str) -> dict[str, Path]:
    """The files of one run of the family, by report."""
    asked = (*ASKED, "--time-interval", "86400000", *options, "--json")
    printed = [json.loads(line) for line in script(demo, "run", "--all", "khoros_care", *asked).splitlines()]
    return {one["export"].removeprefix("khoros_care."): Path(one["path"]) for one in printed}


@pytest.fixture(scope="module")
def reports(demo: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every report, as JSON."""
    return {name: json.loads(path.read_text("utf-8")) for name, path in paths(demo).items()}


def test_eleven_reports_are_written(demo: Path, reports: dict[str, list[dict[str, Any]]]) -> None:
    assert sorted(reports) == REPORTS
    with duckdb.connect(str(demo / "warehouse" / "care.duckdb"), read_only=True) as connection:
        for name, rows in reports.items():
            columns = connection.execute(
                "select column_name, header, data_type from catalog.export_columns"
                " where family = 'khoros_care' and export = ? and is_delivered order by position",
                [name],
            ).fetchall()
            assert len(rows) > 0
            assert [list(row) for row in rows] == [[column for column, _, _ in columns]] * len(rows)
            assert [column for column, _, _ in columns] == [header for _, header, _ in columns]
            for column, _, data_type in columns:
                values = [row[column] for row in rows if row[column] is not None]
                kind = {"boolean": bool, "bigint": int, "decimal(18,2)": float}.get(data_type, str)
                assert {type(value) for value in values} <= {kind}
                if data_type == "timestamptz":
                    assert [value for value in values if not INSTANT.fullmatch(value)] == []


def test_csv_holds_what_json_holds(demo: Path, reports: dict[str, list[dict[str, Any]]]) -> None:
    for name, path in paths(demo, "--report-format", "csv").items():
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert rows == [{column: printed(value) for column, value in row.items()} for row in reports[name]]


def printed(value: Any) -> str:
    """A value of JSON as CSV prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def test_words_are_those_of_the_language(demo: Path, reports: dict[str, list[dict[str, Any]]]) -> None:
    turkish = {name: json.loads(path.read_text("utf-8")) for name, path in paths(demo, "--locale", "tr").items()}
    for rows, words in ((reports, WORDS["en"]), (turkish, WORDS["tr"])):
        said = {row["status"] for name in ("conversation", "raw_expert_help") for row in rows[name]}
        said |= {row["decision"] for row in rows["response_approval"]}
        said |= {row["state_name"] for row in rows["raw_agent_states"] if row["state_type"] != "CUSTOM"}
        assert said <= words and len(said) >= 7
    assert [row["action_type"] for row in turkish["conversation_actions"]] == [
        row["action_type"] for row in reports["conversation_actions"]
    ]


def test_an_offset_prints_the_same_instants(demo: Path, reports: dict[str, list[dict[str, Any]]]) -> None:
    window = ("--org", "acme", "--start-time", "1742770800000", "--end-time", "1743976800000")
    done = json.loads(script(demo, "run", "response", *window, "--timezone-offset", "-12600000", "--json"))
    rows = json.loads(Path(done["path"]).read_text("utf-8"))
    instants = [row["response_published_date"] for row in rows]
    assert all(instant.endswith("-03:30") for instant in instants)
    assert [datetime.fromisoformat(instant) for instant in instants] == [
        datetime.fromisoformat(row["response_published_date"]) for row in reports["response"]
    ]
