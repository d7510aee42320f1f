"""The ledger records the request and the result of every run, also of killed ones."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from care.errors import BadArgument, CareError
from care.locks import YOUNG_S, folder_of_this_process, is_locked, lock
from care.runs.ledger import GONE, Ledger, Line, Overtaken

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def booked(run_id: str, **facts: Any) -> dict[str, Any]:
    """The facts about a run at its beginning."""
    return {
        "run_id": run_id,
        "export": "sparkcentral.message",
        "org_id": "acme",
        "window_start": "2025-02-28T23:00:00+00:00",
        "window_end": "2025-03-31T22:00:00+00:00",
        "as_of": None,
        "timezone": "Europe/Brussels",
        "arguments": {"channels": ["ch-1"], "format": "csv"},
        "file": "/exports/message/a.csv",
        "database_built_at": "2025-04-01T00:00:00+00:00",
        "engine_version": "duckdb 1.5.6",
        **facts,
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "deliveries.sqlite"


def killed_run(path: Path, file: Path, announced: str = "''", **facts: str) -> None:
    """Begins the run `killed` in a process of its own, where it may announce the content of its file, and kills it."""
    program = (
        "import sys, time; from pathlib import Path\n"
        "from care.runs.ledger import Ledger; from test_ledger import booked\n"
        f"ledger = Ledger(Path({str(path)!r})); ledger.begin(booked('killed', file={str(file)!r}, **{facts!r}))\n"
        f"{announced}\n"
        "print('begun', flush=True); time.sleep(60)"
    )
    environment = {"PYTHONPATH": f"{SCRIPTS}:{Path(__file__).parent}"}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        with Ledger(path) as ledger:
            assert ledger.run("killed")["state"] == "RUNNING"
        process.send_signal(signal.SIGKILL)


def test_a_run_is_running_until_it_is_closed(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.begin(booked("r1"))
        begun = ledger.run("r1")
        assert (begun["state"], begun["detail"], begun["rows"], begun["ended_at"]) == ("RUNNING", "", None, None)
        ledger.complete("r1", rows=5, size=321, sha256="ab12")
        closed = ledger.run("r1")
    assert (closed["state"], closed["detail"], closed["reason"]) == ("CLOSED", "COMPLETED", None)
    assert (closed["rows"], closed["bytes"], closed["sha256"]) == (5, 321, "ab12")
    assert closed["ended_at"] >= closed["started_at"]
    assert closed["arguments"] == {"channels": ["ch-1"], "format": "csv"}
    assert list((path.parent / "running").iterdir()) == []


def test_a_failed_run_says_why(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.begin(booked("r1"))
        ledger.fail("r1", "no space")
        failed = ledger.run("r1")
    assert (failed["state"], failed["detail"], failed["reason"], failed["rows"]) == (
        "CLOSED",
        "FAILED",
        "no space",
        None,
    )


def test_runs_are_listed_newest_first(path: Path) -> None:
    with Ledger(path) as ledger:
        for run_id in ("r1", "r2", "r3"):
            ledger.begin(booked(run_id))
            ledger.complete(run_id, 1, 1, "")
        assert [run["run_id"] for run in ledger.runs()] == ["r3", "r2", "r1"]
        assert [run["run_id"] for run in ledger.runs(limit=2)] == ["r3", "r2"]


def test_an_unknown_run_is_a_bad_argument(path: Path) -> None:
    with Ledger(path) as ledger, pytest.raises(BadArgument, match=r"^unknown run 'nope'$"):
        ledger.run("nope")


def test_a_run_whose_process_was_killed_reads_as_failed(path: Path, tmp_path: Path) -> None:
    killed_run(path, tmp_path / "a.csv")
    with Ledger(path) as ledger:
        ledger.begin(booked("alive"))
        found = {run["run_id"]: (run["state"], run["detail"], run["reason"]) for run in ledger.runs()}
    assert found == {"killed": ("CLOSED", "FAILED", GONE), "alive": ("RUNNING", "", None)}


def test_what_a_killed_run_left_is_removed(path: Path, tmp_path: Path) -> None:
    killed_run(path, tmp_path / "a.csv")
    (tmp_path / ".a.csv.part").write_text("half")
    (tmp_path / "a.csv").write_text("whole, of an earlier run")
    with Ledger(path) as ledger:
        assert ledger.run("killed")["detail"] == "FAILED"
    assert not (tmp_path / ".a.csv.part").exists()
    assert (tmp_path / "a.csv").read_text() == "whole, of an earlier run"


@pytest.mark.parametrize(
    ("content", "facts", "detail"),
    [("whole", {}, "COMPLETED"), ("other", {}, "FAILED"), (None, {}, "FAILED"), ("whole", {"schedule": "s"}, "FAILED")],
)
def test_a_run_that_was_killed_when_its_file_had_its_name_is_complete(
    path: Path, tmp_path: Path, content: str | None, facts: dict[str, str], detail: str
) -> None:
    """A scheduled one is delivered again: its manifest may be missing."""
    sha256 = hashlib.sha256(b"whole").hexdigest()
    killed_run(path, tmp_path / "a.csv", f"ledger.announce('killed', 1, 5, {sha256!r})", **facts)
    if content is not None:
        (tmp_path / "a.csv").write_text(content)
    with Ledger(path) as ledger:
        found = ledger.run("killed")
    assert found["detail"] == detail
    is_complete = detail == "COMPLETED"
    assert (found["reason"], found["sha256"]) == ((None, sha256) if is_complete else (GONE, None))
    assert (found["ended_at"] is not None) == is_complete


def test_a_run_that_is_left_without_an_end_is_failed(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.begin(booked("r1"))
    with Ledger(path) as ledger:
        assert ledger.run("r1")["reason"] == GONE


def test_readers_and_writers_share_the_ledger(path: Path) -> None:
    with Ledger(path) as one, Ledger(path) as other:
        one.begin(booked("r1"))
        other.begin(booked("r2"))
        assert {run["run_id"] for run in one.runs()} == {"r1", "r2"}
        assert {run["state"] for run in other.runs()} == {"RUNNING"}
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


# The ledger as the first version made it, with one run.
OLD = """
pragma journal_mode = delete;
create table runs (
    run_id text primary key, export text not null, org_id text not null, window_start text, window_end text, as_of text,
    timezone text not null, arguments text not null,
    state text not null check (state in ('RUNNING', 'CLOSED')),
    detail text not null check (detail in ('', 'COMPLETED', 'FAILED')),
    reason text, pid integer not null, file text not null, rows integer, bytes integer, sha256 text,
    started_at text not null, ended_at text, database_built_at text not null, engine_version text not null
) strict;
insert into runs values ('old', 'sparkcentral.message', 'acme', null, null, null, 'UTC', '{}', 'CLOSED', 'COMPLETED',
    null, 1, '/a.csv', 1, 1, '', '2025-01-01', '2025-01-01', '2025-01-01', 'duckdb 1');
"""
OPEN = (
    "import sys; from pathlib import Path; from care.runs.ledger import Ledger\n"
    "print(Ledger(Path(sys.argv[1])).run('old'))"
)


def test_several_processes_at_once_bring_an_old_ledger_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD)
    command = [sys.executable, "-c", OPEN, str(path)]
    environment = {"PYTHONPATH": str(SCRIPTS)}
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) for _ in range(6)
    ]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 6, said
    assert all(b"'attempts': 1" in text and b"'is_resending': 0" in text for text in said)


def test_a_process_that_is_killed_while_it_changes_an_old_ledger_leaves_it_whole(path: Path) -> None:
    """Half of the new columns are there, but not committed."""
    path.parent.mkdir()
    program = (
        f"import sqlite3, time; connection = sqlite3.connect({str(path)!r}); connection.executescript({OLD!r})\n"
        "connection.execute('begin immediate'); connection.execute('alter table runs add column schedule text')\n"
        "print('begun', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGKILL)
    with Ledger(path) as ledger:
        assert ledger.run("old")["note"] is None
        ledger.begin(booked("r1", schedule="s"))
        ledger.complete("r1", 1, 1, "")
        assert ledger.delivered_spans(Line(("s",), "acme", "sparkcentral.message")) != []


def test_windows_that_touch_or_overlap_are_one_span(path: Path) -> None:
    days = [("01", "02"), ("02", "03"), ("02", "04"), ("06", "07"), ("05", "06"), ("08", "09")]
    with Ledger(path) as ledger:
        for number, (start, end) in enumerate(days):
            window = {"window_start": f"2025-03-{start}T00:00:00+00:00", "window_end": f"2025-03-{end}T00:00:00+00:00"}
            # Overlapping windows are of ledgers of older versions; only one run at a time may deliver an instant now.
            run = booked(f"r{number}", schedule=None, **window)
            ledger.begin(run)
            ledger.complete(run["run_id"], 1, 1, "")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("update runs set schedule = 's'")
        found = ledger.delivered_spans(Line(("other", "s"), "acme", "sparkcentral.message"))
        assert [(start.day, end.day) for start, end in found] == [(1, 4), (5, 7), (8, 9)]
        with pytest.raises(Overtaken):
            ledger.begin(booked("late", schedule="new", **window), formerly=("s",))
        assert ledger.delivered_spans(Line(("s",), "acme", "sparkcentral.contact")) == []


def test_a_state_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CareError, match="set CARE_STATE to a folder of yours"):
        Ledger(tmp_path / "file" / "deliveries.sqlite")


def test_a_broken_ledger_is_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(CareError, match="not a database"):
        Ledger(path)


def test_a_lock_is_held_until_it_is_closed(tmp_path: Path) -> None:
    held = lock(tmp_path / "lock")
    assert is_locked(tmp_path / "lock")
    with pytest.raises(BlockingIOError):
        lock(tmp_path / "lock")
    os.close(held)
    assert not is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "never made")


def test_a_folder_of_a_process_is_its_own_and_does_not_stay(tmp_path: Path) -> None:
    for name in ("young", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "spilled").touch()
        (tmp_path / f"{name}.lock").touch()
    os.utime(tmp_path / "old.lock", (time.time() - YOUNG_S - 1,) * 2)
    with folder_of_this_process(tmp_path) as one, folder_of_this_process(tmp_path) as other:
        assert one != other
        assert one.is_dir()
        assert other.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["young", "young.lock"]
