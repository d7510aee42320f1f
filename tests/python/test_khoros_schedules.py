"""Reports that a schedule delivers: with the defaults of their arguments, and only those that need none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from small_khoros import KHOROS
from small_schedules import NOW, booked, office, own_destinations
from test_export_cli import Shell, shell
from warehouse import PROJECT

__all__ = ["own_destinations", "shell"]

CONVERSATION = {"schedule": "words", "export_name": "khoros_care.conversation"}


def test_a_report_is_scheduled_with_its_defaults(shell: Shell) -> None:
    entry = {"start": "2025-03-31", "destination": "here"}
    office(
        shell,
        entry | {"schedule": "words", "export_name": "khoros_care.conversation", "locale": "tr", "format": "csv"},
        entry | {"schedule": "intervals", "export_name": "khoros_care.team_performance_interval"},
        entry | {"schedule": "authors", "export_name": "khoros_care.author", "start": "2025-03-30"},
        sql=KHOROS,
    )
    shell("deliver", *NOW, code=3)
    assert "timeInterval is required for team_performance_interval" in shell.errors
    files = {run["schedule"] + run["window_start"]: (Path(run["file"]), run) for run in booked(shell)}
    path, run = files["authors2025-03-29T23:00:00+00:00"]
    assert path.name == f"author-{run['run_id']}.json"
    assert [row["first_post_at"] for row in json.loads(path.read_text("utf-8"))] == [
        "2025-03-30T01:59:59.999+01:00", "2025-03-30T03:00:00.000+02:00",
    ]  # fmt: skip
    text = files["words2025-03-30T22:00:00+00:00"][0].read_text("utf-8")
    assert text.startswith("conversation_id,asked_as\n") and '""locale"":""tr""' in text


@pytest.mark.parametrize(
    ("entry", "failing"),
    [
        (CONVERSATION, 0),
        (CONVERSATION | {"format": "csv", "locale": "tr"}, 0),
        (CONVERSATION | {"format": "parquet"}, 1),
        (CONVERSATION | {"locale": "tr_TR"}, 1),
        ({"format": "parquet", "locale": "xx"}, 0),
        (CONVERSATION | {"export_name": "khoros_care.team_performance_interval"}, 1),
    ],
)
def test_a_build_refuses_what_cannot_be_delivered(shell: Shell, entry: dict[str, str], failing: int) -> None:
    database = office(shell, entry, sql=KHOROS)
    sql = (PROJECT / "tests" / "singular" / "catalog" / "schedules_can_be_delivered.sql").read_text("utf-8")
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"catalog.\1", re.sub(r"\{#.*?#\}", "", sql))
    zones = "(select name as time_zone from pg_timezone_names()) as known_time_zones"
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(sql.replace("{{ known_time_zones() }}", zones)).fetchall()
    assert len(rows) == failing
