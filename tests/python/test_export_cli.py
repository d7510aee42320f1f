"""The commands as users and programs call them: what they print, what they return, and never a traceback."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

import export
from care.cli import warehouse as commands
from small_warehouse import make_small_warehouse

SCRIPT = Path(export.__file__)
MARCH = ("--from", "2025-03-01", "--to", "2025-04-01")
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Shell:
    """Calls the script in process, with an installation of its own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capture = folder, capture

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """The output of a command; its exit code must be `code`, and its error output is in `errors`."""
        self._capture.readouterr()
        returned = export.main(list(arguments))
        said = self._capture.readouterr()
        self.errors = said.err
        assert (returned, "Traceback" in said.err + said.out) == (code, False), said.err
        return said.out

    def refused(self, *arguments: str, code: int = 2) -> str:
        """The one sentence with which a command is refused; it prints nothing else."""
        assert self(*arguments, code=code) == ""
        lines = self.errors.splitlines()
        assert len(lines) == 1
        assert lines[0].startswith("error: ")
        return lines[0].removeprefix("error: ")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    for name, folder in (("LANDING", "raw"), ("WAREHOUSE", "warehouse"), ("STATE", "state")):
        monkeypatch.setenv(f"CARE_{name}", str(tmp_path / folder))
    monkeypatch.delenv("CARE_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


@pytest.fixture
def published(shell: Shell) -> Path:
    return make_small_warehouse(shell.folder / "warehouse")


def test_every_command_helps_with_an_example(shell: Shell) -> None:
    assert "Example: python scripts/export.py" in shell("--help")
    for command in export.cli.commands:
        assert "Example: " in shell(command, "--help")


def test_exports_are_listed(shell: Shell, published: Path) -> None:
    assert shell("list").splitlines() == [
        "sparkcentral.message\tOne row per message.\tyes\tno",
        "sparkcentral.open_conversation\tOne row per open conversation.\tno\tyes",
    ]
    listed = json.loads(shell("list", "--json"))
    assert [(row["name"], row["has_window"]) for row in listed] == [
        ("sparkcentral.message", True),
        ("sparkcentral.open_conversation", False),
    ]


def test_an_export_is_described(shell: Shell, published: Path) -> None:
    lines = shell("describe", "message").splitlines()
    assert lines[0] == "sparkcentral.message: One row per message. More about it."
    assert "org_id\t(key, not delivered)\tvarchar\tThe tenant." in lines
    assert "created_at\tCreated at\ttimestamptz\tWhen it was created." in lines
    described = json.loads(shell("describe", "sparkcentral.message", "--json"))
    assert [column["column_name"] for column in described["columns"]][:2] == ["org_id", "message_id"]
    assert described["order_by"] == ["created_at", "message_id"]


def test_a_run_writes_a_file_and_says_so(shell: Shell, published: Path) -> None:
    lines = shell("run", "message", "--org", "acme", *MARCH, "--timezone", "Europe/Brussels").splitlines()
    path = Path(lines[0])
    assert path.parent == shell.folder / "export" / "message"
    assert re.fullmatch(rf"acmemessage0103202500000001042025000000{UUID}\.csv", path.name)
    assert re.fullmatch(rf"4 rows, {path.stat().st_size} bytes, \d+\.\d s, run {UUID}", lines[1])
    assert lines[2].startswith("Look at it: head -n 3 ")
    assert path.read_text().splitlines()[0] == 'Message ID,Created at,Content,"Average, ""so far""",Reply'


def test_a_run_is_one_object_for_programs(shell: Shell, published: Path) -> None:
    done = json.loads(shell("run", "message", "--org", "acme", *MARCH, "--json", "--destination", "./out/"))
    assert list(done) == [
        "run_id", "export", "path", "rows", "bytes", "sha256", "seconds", "workflow_id", "runner_state", "detail",
        "warnings",
    ]  # fmt: skip
    assert (done["runner_state"], done["detail"], done["warnings"]) == ("CLOSED", "COMPLETED", [])
    content = Path(done["path"]).read_bytes()
    assert (done["export"], done["rows"], done["bytes"]) == ("sparkcentral.message", 5, len(content))
    assert done["sha256"] == hashlib.sha256(content).hexdigest()
    assert Path(done["path"]).is_relative_to(shell.folder / "out")


def test_the_arguments_of_a_run_reach_the_file(shell: Shell, published: Path) -> None:
    asked = ("--channel", "ch-1", "--locale", "fr", "--columns", "content,message_id", "--excel", "--json")
    done = json.loads(shell("run", "message", "--org", "acme", *MARCH, *asked))
    assert Path(done["path"]).read_text("utf-8-sig").splitlines() == [
        "Contenu,ID du message",
        '"a ""quoted"", text',
        'on 2 lines","m1"',
        '"\'=1+1","m3"',
        ',"m4"',
        '"next month in Brussels","m5"',
    ]
    asked = ("--channel", "ch-unnamed", "--format", "json", "--json")
    done = json.loads(shell("run", "message", "--org", "acme", *MARCH, *asked))
    assert [row["message_id"] for row in json.loads(Path(done["path"]).read_text())] == ["m2"]
    assert done["path"].endswith(".json")


def test_an_export_without_a_window_carries_one_moment(shell: Shell, published: Path) -> None:
    asked = ("--as-of", "2025-03-30T03:00", "--timezone", "Europe/Brussels", "--json")
    done = json.loads(shell("run", "open-conversation", "--org", "acme", *asked))
    assert re.fullmatch(rf"acmeopen-conversation30032025030000{UUID}\.csv", Path(done["path"]).name)
    assert Path(done["path"]).read_text().splitlines()[1:] == [
        "c1,2025-03-30 03:00:00.000",
        "c2,2025-03-30 03:00:00.000",
    ]


def test_without_an_as_of_the_name_carries_the_moment_of_the_run(shell: Shell, published: Path) -> None:
    done = json.loads(shell("run", "open_conversation", "--org", "acme", "--json"))
    stamp = re.match(r"acmeopen-conversation(\d{14})", Path(done["path"]).name)
    assert stamp is not None
    ran_at = datetime.strptime(stamp[1], "%d%m%Y%H%M%S").replace(tzinfo=UTC)
    assert timedelta(0) <= datetime.now(UTC) - ran_at < timedelta(minutes=5)
    assert "2025-03-31 12:00:00.000" in Path(done["path"]).read_text()


def test_a_family_is_run_at_once(shell: Shell, published: Path) -> None:
    lines = shell("run", "--all", "--org", "acme", *MARCH).splitlines()
    assert [line.split("\t")[:2] for line in lines[:2]] == [
        ["sparkcentral.message", "5"],
        ["sparkcentral.open_conversation", "2"],
    ]
    assert all(Path(line.split("\t")[4]).is_file() for line in lines[:2])
    assert lines[2].startswith("Look at it: ")
    objects = [
        json.loads(line)
        for line in shell("run", "--all", "sparkcentral", "--org", "acme", *MARCH, "--json").splitlines()
    ]
    assert [done["rows"] for done in objects] == [5, 2]


def test_the_ledger_knows_every_run(shell: Shell, published: Path) -> None:
    done = json.loads(shell("run", "message", "--org", "acme", *MARCH, "--timezone", "Europe/Brussels", "--json"))
    found = json.loads(shell("status", done["run_id"], "--json"))
    assert (found["state"], found["detail"], found["file"]) == ("CLOSED", "COMPLETED", done["path"])
    assert (found["rows"], found["bytes"], found["sha256"]) == (done["rows"], done["bytes"], done["sha256"])
    assert (found["window_start"], found["window_end"]) == ("2025-02-28T23:00:00+00:00", "2025-03-31T22:00:00+00:00")
    assert found["timezone"] == "Europe/Brussels"
    assert found["arguments"] == {
        "channels": [],
        "delivery": "on_demand",
        "format": "csv",
        "columns": None,
        "locale": None,
        "excel": False,
        "destination": "export",
    }
    assert found["engine_version"] == f"duckdb {duckdb.__version__}"
    with duckdb.connect(str(published), read_only=True) as connection:
        ((began_ms,),) = connection.execute("select epoch_ms(began_at) from catalog.build").fetchall()
    built_at = datetime.fromtimestamp(began_ms / 1000, UTC)
    assert abs(datetime.fromisoformat(found["database_built_at"]) - built_at) < timedelta(milliseconds=1)
    assert f"run_id\t{done['run_id']}" in shell("status", done["run_id"])
    later = json.loads(shell("run", "open_conversation", "--org", "acme", "--json"))
    assert [run["run_id"] for run in json.loads(shell("runs", "--json"))] == [later["run_id"], done["run_id"]]
    assert shell("runs", "--limit", "1").split("\t")[0] == later["run_id"]


@pytest.mark.parametrize("text", ["{bad", "[]", "{}"])
def test_a_damaged_record_is_named_and_hides_no_other(shell: Shell, published: Path, text: str) -> None:
    runs = [json.loads(shell("run", "message", "--org", "acme", *MARCH, "--json"))["run_id"] for _ in range(2)]
    with sqlite3.connect(shell.folder / "state" / "deliveries.sqlite") as connection:
        connection.execute("update runs set arguments = ? where run_id = ?", [text, runs[0]])
    warning = f"warning: the record of run {runs[0]} is damaged: its arguments cannot be read.\n" * (text != "{}")
    assert [run["run_id"] for run in json.loads(shell("runs", "--json"))] == runs[::-1]
    assert shell.errors == warning
    assert json.loads(shell("status", runs[0], "--json"))["detail"] == "COMPLETED"
    assert shell.errors == warning
    assert f"the record of run {runs[0]} is damaged" in shell.refused("download", runs[0], code=1)
    shell("download", runs[1], "--destination", "./got/")
    assert shell.errors == ""


def test_an_unknown_run_is_refused(shell: Shell) -> None:
    assert shell.refused("status", "1234") == "unknown run '1234'"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "mesage"), "unknown export 'mesage'; did you mean 'message'?"),
        (("run",), "name an EXPORT, or add --all"),
        (("run", "--all", "spark"), "unknown family 'spark'"),
        (("run", "message", *MARCH), "add --org: the warehouse holds acme, globex."),
        (("run", "message", "--org", "acme"), "message needs a window: add --from and --to."),
        (("run", "message", "--org", "acme", "--from", "x", "--to", "y"), "--from 'x' is not a time"),
        (("run", "message", "--org", "acme", *MARCH, "--as-of", "2025-03-02"), "a past as-of is not offered here"),
        (("run", "open_conversation", "--org", "acme", "--as-of", ""), "--as-of '' is not a time"),
        (("run", "--all", "--org", "acme", *MARCH, "--as-of", "2025-03-02"), "a past as-of is not offered here"),
        (("run", "--all", "--org", "acme", *MARCH, "--columns", "content"), "--columns is for one export"),
        (("run", "message", "--org", "acme", *MARCH, "--format", "xml"), "unknown format 'xml'"),
        (("run", "message", "--org", "acme", *MARCH, "--timezone", "Brussels"), "did you mean 'Europe/Brussels'?"),
        (("run", "message", *MARCH, "--destination", "sftp://me:pass@host/x"), "carries a password in its URL"),
        (("run", "message", "--form", "csv"), "No such option"),
        (("describe", "x.y"), "unknown export 'x.y'"),
        (("lst",), "No such command 'lst'"),
        (("deliver", "--now", ""), "--now '' is not a time"),
        (("runs", "--limit", "0"), "Invalid value for '--limit'"),
    ],
)
def test_bad_arguments_are_refused_before_anything_runs(
    shell: Shell, published: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in shell.refused(*arguments)
    assert not (shell.folder / "export").exists()
    assert json.loads(shell("runs", "--json")) == []


@pytest.mark.parametrize(
    "arguments",
    [("run", "message", "--channel"), ("run", "message", "--destination"), ("status",), ("download",), ()],
)
def test_arguments_that_are_not_utf_8_are_refused(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert shell.refused(*arguments, os.fsdecode(b"q\xff")) == r"the argument 'q\udcff' is not UTF-8; write it so."


def test_warnings_do_not_stop_a_run(shell: Shell, published: Path) -> None:
    shell("run", "message", "--org", "acme", "--from", "2025-03-01", "--to", "9000-01-01", "--json")
    assert shell.errors.startswith("warning: the window ends in the future")


def test_without_a_warehouse_the_way_to_one_is_said(shell: Shell) -> None:
    for arguments in (("list",), ("describe", "message"), ("run", "message", *MARCH)):
        assert "run: python scripts/export.py build" in shell.refused(*arguments, code=1)


def test_a_file_that_is_no_database_is_said(shell: Shell) -> None:
    (shell.folder / "warehouse").mkdir()
    (shell.folder / "warehouse" / "care.duckdb").write_bytes(b"something else" * 1000)
    assert "cannot be opened" in shell.refused("list", code=1)


def test_a_database_without_a_catalog_is_said(shell: Shell) -> None:
    make_small_warehouse(shell.folder / "warehouse", "drop table catalog.exports")
    assert "has no catalog of exports" in shell.refused("list", code=1)


def test_a_run_that_fails_is_booked_and_leaves_no_file(shell: Shell) -> None:
    make_small_warehouse(
        shell.folder / "warehouse",
        "create or replace view sparkcentral.open_conversation as"
        " select error('broken view') as conversation_id, null::timestamptz as as_of from marts.conversations",
    )
    assert "broken view" in shell.refused("run", "open_conversation", "--org", "acme", code=1)
    found = json.loads(shell("runs", "--json"))[0]
    assert (found["state"], found["detail"]) == ("CLOSED", "FAILED")
    assert "broken view" in found["reason"]
    assert [path for path in (shell.folder / "export").rglob("*") if path.is_file()] == []


def test_one_failing_export_does_not_stop_the_family(shell: Shell) -> None:
    make_small_warehouse(
        shell.folder / "warehouse",
        "create or replace view sparkcentral.message as select error('broken') as message_id from range(3)",
    )
    out = shell("run", "--all", "--org", "acme", *MARCH, "--json", code=1)
    assert [json.loads(line)["export"] for line in out.splitlines()] == ["sparkcentral.open_conversation"]
    assert "1 of 2 exports failed: sparkcentral.message." in shell.errors


def test_a_destination_that_cannot_be_written_is_said(shell: Shell, published: Path) -> None:
    (shell.folder / "taken").touch()
    assert "taken is a file" in shell.refused("run", "message", "--org", "acme", *MARCH, "--destination", "taken")
    (shell.folder / "message").touch()
    sentence = shell.refused("run", "message", "--org", "acme", *MARCH, "--destination", ".", code=1)
    assert "cannot be written" in sentence


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_nothing(shell: Shell, stop: signal.Signals) -> None:
    make_small_warehouse(
        shell.folder / "warehouse",
        "create or replace view sparkcentral.open_conversation as"
        " select md5(i::varchar) as conversation_id, null::timestamptz as as_of from range(50000000) as numbers (i)",
    )
    command = [sys.executable, str(SCRIPT), "run", "open_conversation", "--org", "acme"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not list(shell.folder.glob("export/*/.*.part")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(stop)
        out, errors = process.communicate(timeout=30)
    if stop == signal.SIGKILL:
        assert process.returncode == -stop
    else:
        assert (process.returncode, out, errors.strip()) == (1, "", f"error: {export.INTERRUPTED}")
    found = json.loads(shell("runs", "--json"))
    reason = "the process ended before the run did" if stop == signal.SIGKILL else "interrupted"
    assert [(run["state"], run["detail"], run["reason"]) for run in found] == [("CLOSED", "FAILED", reason)]
    assert [path for path in (shell.folder / "export").rglob("*") if path.is_file()] == []


def test_an_org_cannot_name_a_file_outside_its_folder(shell: Shell) -> None:
    make_small_warehouse(shell.folder / "warehouse", "update marts.orgs set org_id = '../../up' where org_id = 'acme'")
    done = json.loads(shell("run", "message", "--org", "../../up", *MARCH, "--json"))
    assert Path(done["path"]).resolve().parent == (shell.folder / "export" / "message").resolve()


def test_errors_nobody_thought_of_are_one_sentence_too(
    shell: Shell, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "read_exports", lambda connection: 1 / 0)
    assert shell.refused("list", code=1) == "division by zero (ZeroDivisionError; CARE_DEBUG=1 shows where)."


def test_tracebacks_are_there_for_who_asks(shell: Shell, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARE_DEBUG", "1")
    assert export.main(["describe", "nothing"]) == 2


def test_the_script_runs_from_any_folder(shell: Shell, published: Path) -> None:
    called = subprocess.run([sys.executable, str(SCRIPT), "list"], capture_output=True, text=True, cwd="/", check=False)
    assert (called.returncode, called.stderr) == (0, "")
    assert called.stdout.startswith("sparkcentral.message\t")


def test_a_reader_that_stops_early_gets_no_traceback(shell: Shell, published: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    called = subprocess.run([sys.executable, str(SCRIPT), "list"], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert b"Traceback" not in called.stderr
