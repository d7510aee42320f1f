"""Deliveries that fail, are killed or overlap: no window is lost or sent twice, and failures are reported."""

from __future__ import annotations

import hashlib
import http.server
import json
import random
import shlex
import subprocess
import sys
import threading
import time
from itertools import pairwise
from typing import Any

import asyncssh
import pytest

import export
from sftp_servers import PASSWORD, asyncssh_server, free_port
from small_schedules import MANY, NOW, OPEN, agrees, booked, built, files, office, own_destinations, schedules
from test_export_cli import SCRIPT, Shell, shell

__all__ = ["own_destinations", "shell"]


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
        ({"delay": "soon"}, "delay 'soon' is not a length of time; write 15m, 2h or 3d."),
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
    """The files of a run without interruption."""
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


def test_killed_between_changes_of_a_schedule_every_instant_arrives_once(shell: Shell) -> None:
    """The file of a killed process is replaced under its name, although the schedule has changed since."""
    database = office(shell, MANY)
    moments = random.Random(20250331)
    for _ in range(8):
        process = deliver_process()
        time.sleep(moments.uniform(0.5, 1.5))
        process.kill()
        process.communicate()
        zone = moments.choice(["UTC", "Europe/Brussels", "Asia/Kathmandu"])
        frequency, file_format = moments.choice(["hourly", "daily"]), moments.choice(["csv", "json"])
        built(database, None, schedules(MANY | {"timezone": zone, "frequency": frequency, "format": file_format}))
    assert deliver_process().wait(timeout=120) == 0
    agrees(shell, files(shell.folder / "out"))
    spans = sorted((run["window_start"], run["window_end"]) for run in booked(shell))
    assert all(earlier[1] == later[0] for earlier, later in pairwise(spans))


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
