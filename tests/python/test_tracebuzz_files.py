"""Files of a family with a line before the headers, a folder an org, names by the second and a time zone of its own."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from care.destinations.destination import Destination
from care.destinations.opening import opened
from care.export_file.layout import layout_for
from care.requests.request import Request, bind
from care.runs.file_names import own_place
from care.runs.ledger import Ledger
from care.runs.plan import Plan
from care.warehouse.catalog import find_export, open_published, read_exports
from small_tracebuzz import both, make_both_families
from test_export_cli import SCRIPT, Shell, shell
from warehouse import PROJECT

__all__ = ["both", "shell"]

ACME = ("--org", "acme", "--from", "2025-03-01", "--to", "2025-03-31", "--json")
PLAIN = (
    "sep=,\nRESULT_ID,FOUND_TIME,DESCRIPTION\n"
    'm1,1740787200,"a ""quoted"", text\non 2 lines"\n'
    'm2,1743296400,""\nm3,1743296400,=1+1\nm4,1743296400,\n'
)


def written(shell: Shell, *arguments: str) -> dict:
    """The output of a run about its file."""
    return json.loads(shell("run", *arguments))


def test_a_file_begins_with_the_familys_line(shell: Shell, both: Path) -> None:
    began = int(time.time())
    done = written(shell, "tracebuzz.results", *ACME)
    path = Path(done["path"])
    assert path.parent == shell.folder / "export" / "tracebuzz" / "acme"
    name = re.fullmatch(r"raw-results-(\d+)\.csv", path.name)
    assert name and began <= int(name[1]) <= int(time.time()) + 1
    content = path.read_bytes()
    assert content.decode() == PLAIN
    assert (done["rows"], done["bytes"], done["sha256"]) == (4, len(content), hashlib.sha256(content).hexdigest())


def test_a_program_reads_it_after_the_first_line(shell: Shell, both: Path) -> None:
    with Path(written(shell, "results", *ACME)["path"]).open(newline="", encoding="utf-8") as file:
        assert next(file) == "sep=,\n"
        rows = list(csv.DictReader(file))
    assert [row["RESULT_ID"] for row in rows] == ["m1", "m2", "m3", "m4"]
    assert rows[0]["DESCRIPTION"] == 'a "quoted", text\non 2 lines'


def test_the_readme_says_how_a_program_reads_it(shell: Shell, both: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    names: dict = {"path": written(shell, "results", *ACME)["path"], "csv": csv}
    exec(code, names)
    assert [row["RESULT_ID"] for row in names["rows"]] == ["m1", "m2", "m3", "m4"]


def test_a_file_without_rows_has_both_lines(shell: Shell, both: Path) -> None:
    done = written(shell, "results", "--org", "acme", "--from", "2025-02-01", "--to", "2025-02-02", "--json")
    assert Path(done["path"]).read_bytes() == b"sep=,\nRESULT_ID,FOUND_TIME,DESCRIPTION\n"
    assert done["rows"] == 0


def test_a_spreadsheet_gets_a_bom_instead(shell: Shell, both: Path) -> None:
    content = Path(written(shell, "results", *ACME, "--excel")["path"]).read_bytes()
    assert content.startswith(b"\xef\xbb\xbfRESULT_ID,FOUND_TIME,DESCRIPTION\n")
    assert b"sep=" not in content and b"'=1+1" in content
    content = Path(written(shell, "labels", "--org", "acme", "--excel", "--json")["path"]).read_bytes()
    assert content.decode("utf-8-sig") == 'ID,NAME\n"t1","Zoë, ""vip"""\n"t2",\n'


def test_other_formats_have_no_such_line(shell: Shell, both: Path) -> None:
    path = Path(written(shell, "results", *ACME, "--format", "json")["path"])
    assert [row["result_id"] for row in json.loads(path.read_text("utf-8"))] == ["m1", "m2", "m3", "m4"]
    assert re.fullmatch(r"raw-results-\d+\.json", path.name)
    path = Path(written(shell, "results", *ACME, "--format", "parquet")["path"])
    assert pq.read_table(path).column_names == ["result_id", "found_time", "description"]


def test_another_family_has_no_such_line(shell: Shell, both: Path) -> None:
    path = Path(written(shell, "message", *ACME)["path"])
    assert path.read_text("utf-8").startswith("Message ID,")
    assert path.parent == shell.folder / "export" / "message"


@pytest.mark.parametrize(
    ("org_id", "folder"),
    [
        ("../../up", "%2E.%2F..%2Fup"),
        ("..", "%2E."),
        (".", "%2E"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("%2E", "%252E"),
        ("line\nbreak", "line%0Abreak"),
        ("{unix}", "{unix}"),
        ("", "%"),
        ("Zoë & Söhne", "Zoë & Söhne"),
    ],
)
def test_an_org_has_a_folder_of_its_own_whatever_it_is_called(shell: Shell, org_id: str, folder: str) -> None:
    database = make_both_families(shell.folder / "warehouse")
    with duckdb.connect(str(database)) as connection:
        connection.execute("update marts.orgs set org_id = ? where org_id = 'acme'", [org_id])
    path = Path(written(shell, "labels", "--org", org_id, "--json")["path"])
    assert path.parent == shell.folder / "export" / "tracebuzz" / folder
    assert path.resolve().parent == path.parent
    assert path.is_file()


def named(database: Path, state: Path, now: datetime, stack: ExitStack) -> str:
    """The name that a run of that moment gets, kept until the stack is closed."""
    connection = stack.enter_context(open_published(database))
    ledger = stack.enter_context(Ledger(state / "deliveries.sqlite"))
    export, request = find_export(read_exports(connection), "results"), Request("acme", "Europe/Amsterdam")
    planned = Plan(export, request, layout_for(connection, export), "out", now)
    store = stack.enter_context(opened(Destination("out", str(state / "out"))))
    return Path(stack.enter_context(own_place(bind(connection.cursor(), request), ledger, planned, "1", store))).name


def test_two_runs_of_one_second_have_two_files(shell: Shell, both: Path) -> None:
    command = [sys.executable, str(SCRIPT), "run", "results", *ACME]
    pair = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in pair] == [0, 0]
    assert [written(shell, "results", *ACME)["rows"] for _ in range(2)] == [4, 4]
    files = sorted((shell.folder / "export" / "tracebuzz" / "acme").iterdir())
    assert len(files) == 4
    assert {file.read_text("utf-8") for file in files} == {PLAIN}


def test_a_name_that_is_taken_is_left_alone(both: Path, tmp_path: Path) -> None:
    """By a run that is under way, by a file that lies there, or by schedules, whose windows end on whole quarters."""
    noon = int(datetime(2025, 3, 1, 12, tzinfo=UTC).timestamp())
    with ExitStack() as stack:
        names = [
            named(both, tmp_path, datetime.fromtimestamp(noon + at, UTC), stack) for at in (1.9, 1.1, 1, -0.1, 0, 0.5)
        ]
    assert names == [f"raw-results-{noon + at}.csv" for at in (1, 2, 3, -1, 4, 5)]
    lying = tmp_path / "out" / "tracebuzz" / "acme" / f"raw-results-{noon + 60}.csv"
    lying.parent.mkdir(parents=True)
    lying.touch()
    with ExitStack() as stack:
        assert named(both, tmp_path, datetime.fromtimestamp(noon + 60, UTC), stack) == f"raw-results-{noon + 61}.csv"
    with ExitStack() as stack:
        assert named(both, tmp_path, datetime.fromtimestamp(noon + 61, UTC), stack) == f"raw-results-{noon + 61}.csv"


def test_a_family_has_a_time_zone_unless_another_is_asked_for(shell: Shell, both: Path) -> None:
    asked = ("--org", "acme", "--from", "2025-03-30", "--to", "2025-03-31", "--json")
    for export, options, start in (
        ("results", (), "2025-03-29T23:00:00+00:00"),
        ("results", ("--timezone", "America/New_York"), "2025-03-30T04:00:00+00:00"),
        ("message", (), "2025-03-30T00:00:00+00:00"),
    ):
        run = json.loads(shell("status", written(shell, export, *asked, *options)["run_id"], "--json"))
        assert run["window_start"] == start
    assert "Default time zone Europe/Amsterdam" in shell("describe", "results")
    assert "Default time zone UTC" in shell("describe", "message")


def test_an_export_is_described_with_what_its_files_are_called(shell: Shell, both: Path) -> None:
    assert " Files tracebuzz/{org_id}/raw-agents-{unix}.{extension}. " in shell("describe", "agents")
    assert " Files message/{org_id}message{from}{to}{uuid}.{extension}. " in shell("describe", "message")
    assert "Channels do not limit it." in shell("describe", "agents")
    assert "Channels do not limit it." not in shell("describe", "results")


def test_the_help_names_the_time_zones_of_the_families(shell: Shell) -> None:
    families = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]["families"]
    text = " ".join(shell("run", "--help").split())
    for family, looks in families.items():
        assert f"{family} {looks['time_zone']}" in text


def test_a_past_as_of_is_refused_as_everywhere(shell: Shell, both: Path) -> None:
    sentence = "a past as-of is not offered here: {} always shows the latest state."
    for export in ("results", "labels", "message"):
        asked = ("--org", "acme", "--from", "2025-03-01", "--to", "2025-03-31", "--as-of", "2025-03-02")
        assert shell.refused("run", export, *asked) == sentence.format(export)


def test_a_family_is_run_at_once(shell: Shell, both: Path) -> None:
    lines = shell("run", "--all", "tracebuzz", *ACME).splitlines()
    assert [json.loads(line)["export"] for line in lines] == [
        f"tracebuzz.{export}" for export in ("agents", "labels", "raw_agents", "results")
    ]
    assert shell.errors == ""
    assert shell.refused("run", "--all", *ACME) == "--all needs a family: sparkcentral, tracebuzz."
    assert shell.refused("run", "--all", "trace", *ACME).startswith("unknown family 'trace'")


def test_exports_of_both_families_are_listed(shell: Shell, both: Path) -> None:
    assert [line.split("\t")[0] for line in shell("list").splitlines()] == [
        "sparkcentral.message", "sparkcentral.open_conversation", "tracebuzz.agents", "tracebuzz.labels",
        "tracebuzz.raw_agents", "tracebuzz.results",
    ]  # fmt: skip


def test_a_window_is_needed_where_there_is_one(shell: Shell, both: Path) -> None:
    assert written(shell, "labels", "--org", "acme", "--json")["rows"] == 2
    assert shell.refused("run", "results", "--org", "acme") == "results needs a window: add --from and --to."


def test_channels_that_change_nothing_are_told(shell: Shell, both: Path) -> None:
    shell("run", "results", *ACME, "--channel", "ch-1")
    assert shell.errors == ""
    done = written(shell, "labels", "--org", "acme", "--channel", "ch-1", "--json")
    assert (done["rows"], shell.errors) == (
        2,
        "warning: channels do not limit labels; what is there is of all channels.\n",
    )
    shell("run", "--all", "tracebuzz", *ACME, "--channel", "ch-1")
    assert shell.errors == (
        "warning: channels do not limit agents, labels, raw_agents; what is there is of all channels.\n"
    )


@pytest.mark.parametrize(
    ("export", "start", "end", "sentence"),
    [
        ("agents", "2025-03-29", "2025-03-31", None),
        ("agents", "2025-03-28T23:00Z", "2025-03-29T23:00Z", None),
        ("agents", "2025-03-29T08:00", "2025-03-29T18:00", "agents will be empty: no day of Europe/Amsterdam begins"),
        (
            "agents",
            "2025-03-29T08:00",
            "2025-03-31",
            "not made of whole days of Europe/Amsterdam: agents",
        ),
        ("agents", "2025-03-29", "2025-03-30T00:00:00.5", "not made of whole days of Europe/Amsterdam: agents will"),
        ("raw_agents", "2025-03-29T08:15", "2025-03-29T08:30", None),
        ("raw_agents", "2025-03-29T08:16", "2025-03-29T08:29", "no quarter hour of Europe/Amsterdam begins in the"),
        ("raw_agents", "2025-03-29T08:16", "2025-03-29T08:31", "not made of whole quarter hours of Europe/Amsterdam"),
        ("results", "2025-03-29T08:16", "2025-03-29T08:29", None),
    ],
)
def test_a_window_that_cuts_a_day_is_told(
    shell: Shell, both: Path, export: str, start: str, end: str, sentence: str | None
) -> None:
    shell("run", export, "--org", "acme", "--from", start, "--to", end)
    assert shell.errors == "" if sentence is None else (sentence in shell.errors and shell.errors.count("\n") == 1)


def test_the_sentences_of_a_family_are_told_once(shell: Shell, both: Path) -> None:
    shell("run", "--all", "tracebuzz", "--org", "acme", "--from", "2025-03-29T08:01", "--to", "2025-03-29T08:02")
    assert shell.errors.splitlines() == [
        "warning: agents will be empty: no day of Europe/Amsterdam begins in the window.",
        "warning: raw_agents will be empty: no quarter hour of Europe/Amsterdam begins in the window.",
    ]
