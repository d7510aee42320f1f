"""One notice is sent when a schedule begins to fail, and one when it works again; no secret is shown."""

from __future__ import annotations

import http.server
import json
import re
import shlex
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from care.schedules.notices import Notices
from care.schedules.notify import Notifier
from small_schedules import NOW, booked, office, own_destinations
from test_deliver import LATE
from test_export_cli import SCRIPT, Shell, shell
from warehouse import PROJECT

__all__ = ["own_destinations", "shell"]


class Listener:
    """A web server that keeps what is posted to it, and answers with `code`."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.code, self.wait_s = 204, 0.0
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                time.sleep(listener.wait_s)
                listener.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(listener.code)
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/t0ken"

    def heard(self) -> list[tuple[str, str | None]]:
        """State and schedule of what was posted since the last call."""
        posted, self.posted = self.posted, []
        return [(news["state"], news.get("schedule")) for news in posted]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """The receiver that CARE_NOTIFY names."""
    made = Listener()
    monkeypatch.setenv("CARE_NOTIFY", made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


FAILED, RECOVERED = ("failed", "daily_messages"), ("recovered", "daily_messages")


def stop_deliveries(shell: Shell) -> None:
    """Puts a file where the folder of the destination should be."""
    (shell.folder / "out").touch()


def build_anew(shell: Shell, *rows: dict[str, str | None], sql: str = "") -> None:
    """Publishes another warehouse in place of the one that is there."""
    (shell.folder / "warehouse" / "care.duckdb").unlink()
    office(shell, *rows, sql=sql)


def let_deliveries_go(shell: Shell) -> None:
    (shell.folder / "out").unlink()


def test_a_schedule_that_fails_is_told_once_and_once_that_it_works_again(shell: Shell, listener: Listener) -> None:
    office(shell, {})
    stop_deliveries(shell)
    for _ in range(3):
        shell("deliver", *NOW, code=3)
    (news,) = listener.posted
    assert (news["state"], news["schedule"]) == FAILED
    assert "is a file" in news["reason"]
    listener.heard()
    let_deliveries_go(shell)
    for _ in range(3):
        shell("deliver", *NOW)
    (news,) = listener.posted
    assert (news["state"], news["schedule"]) == RECOVERED
    last = max(booked(shell), key=lambda run: run["window_end"])
    assert {name: news[name] for name in ("run_id", "export", "org_id", "window_start", "window_end")} == {
        name: last[name] for name in ("run_id", "export", "org_id", "window_start", "window_end")
    }
    assert news["failed_since"] < last["ended_at"]


def test_what_begins_to_fail_again_is_told_again(shell: Shell, listener: Listener) -> None:
    office(shell, {})
    for moment in ("2025-03-30T12:00", "2025-03-31T12:00"):
        stop_deliveries(shell)
        shell("deliver", "--now", moment, code=3)
        let_deliveries_go(shell)
        shell("deliver", "--now", moment)
        (shell.folder / "out").rename(shell.folder / moment)
    assert listener.heard() == [FAILED, RECOVERED, FAILED, RECOVERED]


def test_each_schedule_is_told_of_its_own(shell: Shell, listener: Listener) -> None:
    office(shell, {}, {"schedule": "broken", "org_id": "nobody"}, {"schedule": "other", "org_id": "nobody"})
    for _ in range(2):
        shell("deliver", *NOW, code=3)
    assert sorted(listener.heard()) == [("failed", "broken"), ("failed", "other")]
    shell("deliver", *NOW, "--schedule", "daily_messages")
    shell("deliver", *NOW, "--schedule", "broken", code=3)
    assert listener.heard() == []


def test_a_schedule_that_delivers_some_windows_and_then_fails_does_not_work_again(
    shell: Shell, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(shell, {})
    stop_deliveries(shell)
    shell("deliver", "--now", "2025-03-29T12:00", code=3)
    let_deliveries_go(shell)
    shell("deliver", "--now", "2025-03-29T12:00", "--schedule", "daily_messages")
    assert listener.heard() == [FAILED, RECOVERED]
    # From now on the second window of every call fails.
    from care.schedules import courier as module

    given, calls = module.run_export, []

    def second_fails(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) % 2 == 0:
            (shell.folder / "out").rename(shell.folder / "away")
            stop_deliveries(shell)
            try:
                return given(*arguments)
            finally:
                let_deliveries_go(shell)
                (shell.folder / "away").rename(shell.folder / "out")
        return given(*arguments)

    monkeypatch.setattr(module, "run_export", second_fails)
    shell("deliver", *NOW, code=3)
    shell("deliver", *NOW, "--schedule", "daily_messages", code=3)
    assert listener.heard() == [FAILED]
    monkeypatch.setattr(module, "run_export", given)
    shell("deliver", *NOW)
    assert listener.heard() == [RECOVERED]


def test_a_notice_that_was_not_taken_is_sent_again(shell: Shell, listener: Listener) -> None:
    office(shell, {})
    stop_deliveries(shell)
    listener.code = 503
    for _ in range(2):
        shell("deliver", *NOW, code=3)
        assert "the notification was not taken by the address of CARE_NOTIFY: it answers 503." in shell.errors
    listener.code = 204
    for _ in range(2):
        shell("deliver", *NOW, code=3)
    assert listener.heard() == [FAILED] * 3
    let_deliveries_go(shell)
    listener.code = 503
    shell("deliver", *NOW)
    listener.code = 204
    for _ in range(2):
        shell("deliver", *NOW)
    assert listener.heard() == [RECOVERED] * 2


def test_each_way_is_told_though_the_other_fails(
    shell: Shell, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(shell, {})
    keeper = [sys.executable, "-c", "import sys; open('kept', 'ab').write(sys.stdin.buffer.read() + b'\\n')"]
    monkeypatch.setenv("CARE_NOTIFY_COMMAND", shlex.join(keeper))
    stop_deliveries(shell)
    listener.code = 500
    for _ in range(3):
        shell("deliver", *NOW, code=3)
    assert listener.heard() == [FAILED] * 3
    assert len((shell.folder / "kept").read_text().splitlines()) == 1


@pytest.mark.parametrize("state", ["failed", "recovered"])
def test_a_process_that_is_killed_when_it_tells_leaves_it_to_the_next(
    shell: Shell, listener: Listener, state: str
) -> None:
    office(shell, {})
    stop_deliveries(shell)
    if state == "recovered":
        shell("deliver", *NOW, code=3)
        let_deliveries_go(shell)
        listener.heard()
    listener.wait_s = 60
    process = subprocess.Popen([sys.executable, str(SCRIPT), "deliver", *NOW], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not list((shell.folder / "state" / "running").glob("notice-*")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()
    listener.wait_s = 0
    for _ in range(2):
        shell("deliver", *NOW, code=3 if state == "failed" else 0)
    assert listener.heard() == [(state, "daily_messages")]


def test_what_was_delivered_by_another_call_is_told_by_the_next(
    shell: Shell, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`deliver` without CARE_NOTIFY sends no notice."""
    office(shell, {})
    stop_deliveries(shell)
    shell("deliver", *NOW, code=3)
    let_deliveries_go(shell)
    monkeypatch.delenv("CARE_NOTIFY")
    shell("deliver", *NOW)
    monkeypatch.setenv("CARE_NOTIFY", listener.url)
    for _ in range(2):
        shell("deliver", *NOW)
    assert listener.heard() == [FAILED, RECOVERED]


def test_several_calls_at_once_tell_once(shell: Shell, listener: Listener) -> None:
    office(shell, {"schedule": "broken", "org_id": "nobody"})
    listener.wait_s = 0.5
    processes = [
        subprocess.Popen([sys.executable, str(SCRIPT), "deliver", *NOW], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert {process.returncode for process in processes} <= {0, 3}, said
    assert listener.heard() == [("failed", "broken")]


def test_without_a_warehouse_that_is_told_once_too(shell: Shell, listener: Listener) -> None:
    for _ in range(3):
        shell.refused("deliver", code=1)
    assert listener.heard() == [("failed", None)]
    office(shell, {})
    for _ in range(2):
        shell("deliver", *NOW)
    assert listener.heard() == [("recovered", None)]


def test_without_a_ledger_it_is_told_at_each_call(shell: Shell, listener: Listener) -> None:
    (shell.folder / "state").touch()
    for _ in range(2):
        shell.refused("deliver", code=1)
    assert listener.heard() == [("failed", None)] * 2


def test_a_correction_that_fails_is_told_once_though_other_calls_work(shell: Shell, listener: Listener) -> None:
    office(shell, {})
    shell("deliver", *NOW)
    build_anew(shell, {}, sql=LATE)
    stopped = shell.folder / "stopped"
    for _ in range(2):
        (shell.folder / "out").rename(stopped)
        stop_deliveries(shell)
        shell("deliver", *NOW, "--correct", "9d", code=3)
        let_deliveries_go(shell)
        stopped.rename(shell.folder / "out")
        shell("deliver", "--now", "2025-04-01T12:00")
    assert listener.heard() == [FAILED]
    for _ in range(2):
        shell("deliver", *NOW, "--correct", "9d")
    assert listener.heard() == [RECOVERED]


def test_a_schedule_that_was_taken_away_is_forgotten(shell: Shell, listener: Listener) -> None:
    office(shell, {"schedule": "broken", "org_id": "nobody"})
    shell("deliver", *NOW, code=3)
    build_anew(shell, {})
    shell("deliver", *NOW)
    build_anew(shell, {"schedule": "broken", "org_id": "nobody"})
    shell("deliver", *NOW, code=3)
    assert listener.heard() == [("failed", "broken")] * 2


def test_deliveries_are_told_if_asked_each(shell: Shell, listener: Listener) -> None:
    office(shell, {})
    shell("deliver", *NOW, "--notify-success")
    assert listener.heard() == [("delivered", "daily_messages")] * 4
    build_anew(shell, {}, sql=LATE)
    shell("deliver", *NOW, "--correct", "9d")
    assert listener.heard() == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/s3cret", "http://h:s3cret/x", "s3cret", "gopher://h/s3cret", "http://[s3cret", "http://"],
)
def test_an_address_that_cannot_be_used_stops_nothing_and_is_not_shown(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    office(shell, {}, {"schedule": "broken", "org_id": "nobody"})
    monkeypatch.setenv("CARE_NOTIFY", url)
    monkeypatch.setenv("CARE_NOTIFY_COMMAND", "false s3cret")
    assert len(shell("deliver", *NOW, code=3).splitlines()) == 4
    assert "was not taken by the address of CARE_NOTIFY" in shell.errors
    assert "the command of --notify-command failed: it ended with 1." in shell.errors
    assert "s3cret" not in shell.errors


def test_a_ledger_that_is_read_only_meanwhile_tells_rather_twice(tmp_path: Path, monkeypatch: Any) -> None:
    from care.runs.ledger import Ledger

    sent: list[str] = []
    monkeypatch.setattr(Notifier, "send", lambda self, way, news: sent.append(news["state"]))
    ledger = Ledger(tmp_path / "state" / "deliveries.sqlite")
    notices = Notices(ledger, Notifier("http://h"))
    monkeypatch.setattr(notices, "_rows", lambda *given: (_ for _ in ()).throw(sqlite3.OperationalError("readonly")))
    assert notices.tell({"state": "failed", "schedule": "s", "run_id": "r"}) == []
    assert notices.tell_what_is_over({"s"}) == ["what was told of failures cannot be read: readonly."]
    assert sent == ["failed"]


def test_no_example_puts_an_address_into_a_command_line() -> None:
    """Every user of the host can read command lines in the list of processes."""
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "deploy").iterdir()]
    shown = [line for page in pages for line in page.read_text("utf-8").splitlines()
             if re.search(r"--notify(?![-\w])", line)]  # fmt: skip
    assert [line for line in shown if re.search(r"--notify[\s=\"']+\S*[:$]", line)] == []
    assert any("CARE_NOTIFY=" in page.read_text("utf-8") for page in pages)
