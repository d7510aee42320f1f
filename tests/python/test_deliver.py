"""Deliveries: every due window once, whole, whatever happens on the way."""

from __future__ import annotations

import csv
import hashlib
import http.server
import io
import json
import os
import random
import shlex
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncssh
import duckdb
import pytest

import export
from sftp_servers import PASSWORD, asyncssh_server, free_port
from small_schedules import schedules
from small_warehouse import make_small_warehouse
from test_export_cli import SCRIPT, Shell, shell

__all__ = ["shell"]

NOW = ("--now", "2025-04-01T12:00")
MANY = {"schedule": "hourly_messages", "frequency": "hourly", "timezone": "America/New_York", "start": "2025-03-29"}
OPEN = {"schedule": "weekly_open", "export_name": "sparkcentral.open_conversation", "frequency": "weekly",
        "start": "2025-03-17"}  # fmt: skip


def office(shell: Shell, *rows: dict[str, str | None], destinations: str = "here: {url: out}", sql: str = "") -> Path:
    """A published warehouse with schedules, and a file of destinations."""
    file = shell.folder / "destinations.yml"
    file.write_text(destinations)
    os.environ["CARE_DESTINATIONS"] = str(file)
    return make_small_warehouse(shell.folder / "warehouse", schedules(*rows), *([sql] if sql else []))


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


def test_every_due_window_is_delivered_once(shell: Shell) -> None:
    office(shell, {})
    lines = shell("deliver", *NOW).splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["delivered", "daily_messages", "0 rows"],
        ["delivered", "daily_messages", "0 rows"],
        ["delivered", "daily_messages", "3 rows"],
        ["delivered", "daily_messages", "0 rows"],
    ]
    found = files(shell.folder / "out")
    assert sorted(name[: len("message/acmemessage") + 28] for name in found) == [
        "message/acmemessage2803202500000029032025000000",
        "message/acmemessage2903202500000030032025000000",
        "message/acmemessage3003202500000031032025000000",
        "message/acmemessage3103202500000001042025000000",
    ]
    assert len(found) == 4
    agrees(shell, found)
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert files(shell.folder / "out") == found


def test_a_window_is_due_its_delay_after_its_end(shell: Shell) -> None:
    office(shell, {"delay": "2h"})
    assert shell("deliver", "--now", "2025-03-29T00:59:59Z") == "Nothing is due.\n"
    assert len(shell("deliver", "--now", "2025-03-29T01:00:00Z").splitlines()) == 1


def test_windows_of_every_frequency_add_up_across_a_clock_change(shell: Shell) -> None:
    office(
        shell,
        {"schedule": "weekly_messages", "frequency": "weekly", "start": "2025-02-24"},
        {"schedule": "daily_messages", "start": "2025-03-01"},
        {"schedule": "hourly_messages", "frequency": "hourly", "start": "2025-03-29"},
    )
    shell("deliver", "--now", "2025-04-07T12:00", "--schedule", "weekly_messages", "--schedule", "daily_messages")
    shell("deliver", *NOW, "--schedule", "hourly_messages")
    delivered = booked(shell)
    for schedule, messages in {
        "weekly_messages": ["m1", "m2", "m3", "m4", "m5"],
        "daily_messages": ["m1", "m2", "m3", "m4", "m5"],
        "hourly_messages": ["m2", "m3", "m4", "m5"],
    }.items():
        runs = [run for run in delivered if run["schedule"] == schedule]
        runs.sort(key=lambda run: run["window_start"])
        assert all(earlier["window_end"] == later["window_start"] for earlier, later in pairwise(runs))
        texts = [io.StringIO(Path(run["file"]).read_text(), newline="") for run in runs]
        assert [row["Message ID"] for text in texts for row in csv.DictReader(text)] == messages
        assert sum(run["rows"] for run in runs) == len(messages)


def test_a_snapshot_carries_the_as_of_of_its_windows_end(shell: Shell) -> None:
    office(shell, OPEN)
    shell("deliver", *NOW)
    names = sorted(files(shell.folder / "out"))
    assert [name[: len("open-conversation/acmeopen-conversation00000000000000")] for name in names] == [
        "open-conversation/acmeopen-conversation24032025000000",
        "open-conversation/acmeopen-conversation31032025000000",
    ]
    assert {run["as_of"] for run in booked(shell)} == {"2025-03-23T23:00:00+00:00", "2025-03-30T22:00:00+00:00"}


def test_a_schedule_says_how_its_file_looks(shell: Shell) -> None:
    office(shell, {"channels": "ch-1,ch-7", "locale": "fr"}, {"schedule": "as_json", "format": "json"})
    shell("deliver", *NOW)
    content = {run["schedule"]: Path(run["file"]) for run in booked(shell) if run["rows"]}
    assert content["daily_messages"].read_text().splitlines()[0].startswith("ID du message,")
    assert [row["message_id"] for row in json.loads(content["as_json"].read_text())] == ["m2", "m3", "m4"]
    assert {run["arguments"]["delivery"] for run in booked(shell)} == {"scheduled"}


def test_only_the_schedules_that_are_named(shell: Shell) -> None:
    office(shell, {}, OPEN)
    assert {line.split("\t")[1] for line in shell("deliver", *NOW, "--schedule", "weekly_open").splitlines()} == {
        "weekly_open"
    }
    assert shell.refused("deliver", "--schedule", "weekly_opne") == (
        "unknown schedule 'weekly_opne'; did you mean 'weekly_open'?"
    )


def test_a_database_that_is_too_old_for_a_window_waits(shell: Shell) -> None:
    database = office(shell, {})
    began = datetime(2025, 3, 30, 23, 0, tzinfo=UTC).timestamp()
    os.utime(database, (began, began))
    assert len(shell("deliver", *NOW).splitlines()) == 3
    assert shell.errors == (
        "warning: 1 windows wait for a build that begins at 2025-03-31 22:15 UTC or later:"
        " python scripts/export.py build\n"
    )
    os.utime(database)
    assert len(shell("deliver", *NOW).splitlines()) == 1
    agrees(shell, files(shell.folder / "out"))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"org_id": "acne"}, "unknown org 'acne'; did you mean 'acme'?"),
        ({"destination": "her"}, "unknown destination 'her'; did you mean 'here'?"),
        ({"export_name": "sparkcentral.massage"}, "did you mean"),
        ({"locale": "xx"}, "unknown locale of message 'xx'"),
        ({"destination": "closed"}, "needs the environment variable CARE_TEST_UNSET"),
        ({"destination": "taken"}, "is a file; name a folder"),
    ],
)
def test_a_schedule_that_fails_leaves_the_others_alone(shell: Shell, row: dict[str, str], sentence: str) -> None:
    (shell.folder / "taken").touch()
    named = "here: {url: out}\nclosed: {url: 'sftp://u@h/x', password: '${CARE_TEST_UNSET}'}\ntaken: {url: taken}"
    office(shell, row | {"schedule": "broken"}, {}, destinations=named)
    out = shell("deliver", *NOW, code=3)
    assert len(out.splitlines()) == 4
    lines = shell.errors.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: broken 2025-03-27T23:00:00+00:00: ")
    assert sentence in lines[0]
    assert lines[1] == "error: 1 of 2 schedules failed: broken."
    failed = [run for run in json.loads(shell("runs", "--json")) if run["detail"] == "FAILED"]
    assert [(run["schedule"], run["attempts"]) for run in failed] == [("broken", 1)]
    assert sentence in failed[0]["reason"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"timezone": "Brussels"}, "unknown time zone 'Brussels'"),
        ({"frequency": "monthly"}, "unknown frequency 'monthly'"),
        ({"start": "soon"}, "start 'soon' is not a time"),
        ({"delay": "soon"}, "delay 'soon' is no length of time; write 15m, 2h or 3d."),
        ({"org_id": None}, "it has no org."),
    ],
)
def test_a_schedule_that_cannot_be_read_is_said(shell: Shell, row: dict[str, str | None], sentence: str) -> None:
    office(shell, row)
    said = shell.refused("deliver", *NOW, code=1)
    assert said.startswith("the schedule daily_messages cannot be read: ")
    assert sentence in said


def test_a_failed_window_is_tried_again_in_its_own_row(shell: Shell) -> None:
    office(shell, {})
    (shell.folder / "out").touch()
    for _ in range(2):
        shell("deliver", *NOW, code=3)
    (shell.folder / "out").unlink()
    shell("deliver", *NOW)
    runs = sorted(booked(shell), key=lambda run: run["window_start"])
    assert [run["attempts"] for run in runs] == [3, 1, 1, 1]
    agrees(shell, files(shell.folder / "out"))


LATE = "insert into marts.messages values ('acme', 'm9', 'ch-1', timestamptz '2025-03-29 10:00:00+00', 'late', 1, true)"


def test_late_events_are_delivered_again_if_asked(shell: Shell) -> None:
    database = office(shell, {}, destinations="here: {url: out, manifest: true}")
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    assert len(before) == 8
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(LATE)
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert shell("deliver", *NOW, "--correct", "1d") == "Nothing is due.\n"
    assert files(shell.folder / "out") == before
    (line,) = shell("deliver", *NOW, "--correct", "4d").splitlines()
    assert line.split("\t")[:3] == ["corrected", "daily_messages", "1 rows"]
    after = files(shell.folder / "out")
    assert after.keys() == before.keys()
    changed = sorted(name for name in after if after[name] != before[name])
    assert len(changed) == 2
    (run,) = [run for run in booked(shell) if run["revision"] == 2]
    assert run["replaced_sha256"] == hashlib.sha256(before[changed[0]]).hexdigest()
    assert run["sha256"] == hashlib.sha256(after[changed[0]]).hexdigest()
    told = json.loads(after[changed[1]])
    assert (told["revision"], told["replaces_sha256"], told["rows"]) == (2, run["replaced_sha256"], 1)
    assert shell("deliver", *NOW, "--correct", "4d") == "Nothing is due.\n"


def test_a_manifest_describes_its_file(shell: Shell) -> None:
    office(shell, {"start": "2025-03-30"}, destinations="here: {url: out, manifest: true}")
    shell("deliver", "--now", "2025-03-31")
    (name, described), (data, content) = sorted(files(shell.folder / "out").items(), key=lambda item: -len(item[0]))
    assert name == f"{data}.json"
    told = json.loads(described)
    assert told["file"] == Path(data).name
    assert (told["sha256"], told["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert told["rows"] == len(list(csv.reader(content.decode().splitlines()))) - 1
    assert told["window_start"] == {"instant": "2025-03-29T23:00:00+00:00", "local": "2025-03-30T00:00:00"}
    assert told["window_end"] == {"instant": "2025-03-30T22:00:00+00:00", "local": "2025-03-31T00:00:00"}
    assert told["columns"][0] == {"column_name": "message_id", "data_type": "varchar"}
    assert (told["schedule"], told["revision"], told["replaces_sha256"]) == ("daily_messages", 1, None)


def test_overdue_is_a_window_later_than_its_delay_and_an_hour(shell: Shell) -> None:
    office(shell, {"start": "2025-03-30"})
    assert shell("status", "--overdue", "--now", "2025-03-30T23:14:59Z") == ""
    (line,) = shell("status", "--overdue", "--now", "2025-03-30T23:15:00Z", code=1).splitlines()
    assert line == "daily_messages\t2025-03-30T00:00/2025-03-31T00:00\tdue 2025-03-30T22:15:00+00:00"
    shell("deliver", "--now", "2025-03-30T23:15:00Z")
    assert shell("status", "--overdue", "--now", "2025-03-30T23:15:00Z") == ""
    assert "name a RUN_ID" in shell.refused("status")


def test_schedules_are_listed_with_what_is_missing(shell: Shell) -> None:
    office(shell, {}, OPEN)
    shell("deliver", *NOW, "--schedule", "daily_messages")
    listed = json.loads(shell("schedules", *NOW, "--json"))
    assert [(row["schedule"], row["missing"], row["next_window"], row["due_at"]) for row in listed] == [
        ("daily_messages", 0, "2025-04-01T00:00/2025-04-02T00:00", "2025-04-01T22:15:00+00:00"),
        ("weekly_open", 2, "2025-03-31T00:00/2025-04-07T00:00", "2025-04-06T22:15:00+00:00"),
    ]


def test_a_delivered_file_can_be_fetched_back(shell: Shell) -> None:
    office(shell, {})
    shell("deliver", *NOW)
    run = max(booked(shell), key=lambda run: run["rows"])
    path = shell("download", run["run_id"], "--to", "back").strip()
    assert Path(path).read_bytes() == Path(run["file"]).read_bytes()
    assert "exists already" in shell.refused("download", run["run_id"], "--to", "back")
    assert shell.refused("download", "1234") == "unknown run '1234'"


@pytest.fixture
def listener() -> Any:
    """A web server that keeps what is posted to it."""
    posted: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/t0ken", posted
        server.shutdown()


def test_failures_are_told_and_successes_if_asked(shell: Shell, listener: tuple[str, list[dict[str, Any]]]) -> None:
    url, posted = listener
    office(shell, {}, {"schedule": "broken", "org_id": "nobody"})
    shell("deliver", *NOW, "--notify", url, code=3)
    assert [(news["state"], news["schedule"]) for news in posted] == [("failed", "broken")]
    assert "unknown org" in posted[0]["reason"]
    posted.clear()
    for name in (shell.folder / "state").glob("deliveries.sqlite*"):
        name.unlink()
    keeper = [sys.executable, "-c", "import sys; open('kept', 'ab').write(sys.stdin.buffer.read() + b'\\n')"]
    shell("deliver", *NOW, "--notify", url, "--notify-command", shlex.join(keeper), "--notify-success", code=3)
    kept = [json.loads(line) for line in (shell.folder / "kept").read_text().splitlines()]
    assert kept == posted
    delivered = [news for news in posted if news["state"] == "delivered"]
    assert len(delivered) == 4
    assert {"path", "rows", "sha256", "window_start", "window_end"} <= delivered[0].keys()


def test_a_notification_that_fails_stops_nothing_and_tells_no_secret(shell: Shell) -> None:
    office(shell, {})
    closed = "http://127.0.0.1:9/s3cret"
    asked = ("--notify", closed, "--notify-command", "false", "--notify-success")
    assert len(shell("deliver", *NOW, *asked).splitlines()) == 4
    assert len(shell.errors.splitlines()) == 8
    assert "s3cret" not in shell.errors


def test_without_a_warehouse_that_is_told_too(shell: Shell, listener: tuple[str, list[dict[str, Any]]]) -> None:
    url, posted = listener
    assert "there is no published warehouse" in shell.refused("deliver", "--notify", url, code=1)
    assert posted[0]["state"] == "failed"


def deliver_process() -> subprocess.Popen[str]:
    """`deliver` in a process of its own."""
    command = [sys.executable, str(SCRIPT), "deliver", *NOW]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def undisturbed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What one run alone delivers."""
    monkeypatch.setenv("CARE_STATE", str(shell.folder / "other_state"))
    shell("deliver", *NOW)
    monkeypatch.setenv("CARE_STATE", str(shell.folder / "state"))
    (shell.folder / "out").rename(shell.folder / "wanted")
    return files(shell.folder / "wanted")


def test_killed_at_any_moment_every_window_arrives_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    office(shell, {}, MANY, OPEN)
    wanted = undisturbed(shell, monkeypatch)
    moments = random.Random(20250330)
    for _ in range(20):
        process = deliver_process()
        time.sleep(moments.uniform(0.3, 1.5))
        process.kill()
        process.communicate()
    assert deliver_process().wait(timeout=120) == 0
    assert files(shell.folder / "out") == wanted
    agrees(shell, wanted)


def test_several_at_once_deliver_every_window_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    office(shell, {}, MANY, OPEN)
    wanted = undisturbed(shell, monkeypatch)
    processes = [deliver_process() for _ in range(3)]
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], said
    assert files(shell.folder / "out") == wanted
    agrees(shell, wanted)
    lines = [line for out, _ in said for line in out.splitlines() if line.startswith("delivered")]
    assert len(lines) == len(set(lines)) == len(wanted)
    assert all(run["attempts"] == 1 for run in booked(shell))


def test_the_command_line_has_no_place_for_a_secret() -> None:
    for command in export.cli.commands.values():
        names = {parameter.name for parameter in command.params}
        assert not names & {"password", "passphrase", "key", "secret", "token"}


def test_a_receiver_that_was_down_gets_everything_when_it_is_back(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARE_TEST_PASSWORD", PASSWORD)
    port, host_key = free_port(), asyncssh.generate_private_key("ssh-ed25519")
    (shell.folder / "known").write_text(f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}")
    acme = {"url": f"sftp://acme@127.0.0.1:{port}/in", "password": "${CARE_TEST_PASSWORD}", "known_hosts": "known"}
    acme |= {"attempts": 2, "retry_wait_s": 0.01, "timeout_s": 10}
    office(shell, {"destination": "acme"}, OPEN, destinations=json.dumps({"acme": acme, "here": {"url": "out"}}))
    assert len(shell("deliver", *NOW, code=3).splitlines()) == 2
    assert shell.errors.splitlines()[1] == "error: 1 of 2 schedules failed: daily_messages."
    (shell.folder / "server").mkdir()
    with asyncssh_server(shell.folder / "server", port=port, host_key=host_key) as server:
        assert len(shell("deliver", *NOW).splitlines()) == 4
        assert shell("deliver", *NOW) == "Nothing is due.\n"
        arrived = {path.name: path.read_bytes() for path in server.folder.rglob("*") if path.is_file()}
    runs = {run["file"].rpartition("/")[2]: run for run in booked(shell) if run["schedule"] == "daily_messages"}
    assert arrived.keys() == runs.keys()
    for name, content in arrived.items():
        assert runs[name]["sha256"] == hashlib.sha256(content).hexdigest()
    assert not [name for name, content in files(shell.folder / "state").items() if PASSWORD.encode() in content]
