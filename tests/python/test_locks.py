"""Locks, parts and spill folders of many processes at once: what is another's stays, what is left over goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from care.atomic import remove_part
from care.locks import YOUNG_S, folder_of_this_process, is_locked, lock, unlock
from care.runs.ledger import Ledger
from test_ledger import booked

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
SECONDS = 2
# Claims windows, books what it did to them under the lock, and cleans up after others, as `deliver` and `runs` do.
CLAIMS = """
import random, sys, time
from pathlib import Path
from care.runs.ledger import Ledger
from test_ledger import booked
state, log, seed = Path(sys.argv[1]), Path(sys.argv[2]), random.Random(sys.argv[3])
until = time.monotonic() + float(sys.argv[4])
while time.monotonic() < until:
    with Ledger(state / "deliveries.sqlite") as ledger:
        window = f"w{seed.randrange(3)}"
        if seed.random() < 0.3:
            ledger.close_abandoned()
        if not ledger.claims.take(window):
            continue
        inside = state / f"{window}.inside"
        inside.touch(exist_ok=False)
        try:
            ledger.begin(booked(window))
            time.sleep(seed.random() / 200)
            (found,) = [run["state"] for run in ledger.runs() if run["run_id"] == window]
            assert found == "RUNNING", found
        finally:
            inside.unlink()
        ledger.fail(window, "receiver down")
        time.sleep(seed.random() / 200)
        ledger.claims.release(window)
        with log.open("a") as file:
            file.write(f"{window}\\n")
"""
# Opens and leaves spill folders, as every run does.
SPILLS = """
import random, sys, time
from pathlib import Path
from care.locks import folder_of_this_process
import care.locks
care.locks.YOUNG_S = -1
parent, log, seed = Path(sys.argv[1]), Path(sys.argv[2]), random.Random(sys.argv[3])
until = time.monotonic() + float(sys.argv[4])
while time.monotonic() < until:
    with folder_of_this_process(parent) as own:
        (own / "spilled").write_bytes(b"x")
        time.sleep(seed.random() / 500)
        assert (own / "spilled").read_bytes() == b"x"
    with log.open("a") as file:
        file.write("spilled\\n")
"""
# Writes the same file as all others do, each a content of its own.
PARTS = """
import random, sys, time
from pathlib import Path
from care.atomic import named_when_whole, remove_part, written_anew
target, log, seed = Path(sys.argv[1]) / "m.csv", Path(sys.argv[2]), random.Random(sys.argv[3])
until = time.monotonic() + float(sys.argv[4])
while time.monotonic() < until:
    try:
        if seed.random() < 0.2:
            remove_part(target)
        with named_when_whole(target) as part, written_anew(part) as sink:
            for _ in range(20):
                sink.write(sys.argv[3].encode() * 1000)
                sink.flush()
    except OSError as error:
        assert error.strerror in ("another process is writing it now", "other processes keep removing .m.csv.part")
        continue
    with log.open("a") as file:
        file.write("written\\n")
    content = target.read_bytes()
    assert len(content) == 20_000 and len(set(content)) == 1, content[:50]
"""


def at_once(program: str, folder: Path, count: int = 6, kills: int = 0) -> Counter[str]:
    """Runs a program in many processes, kills some of them, and returns what the others have logged; none may fail."""
    folder.mkdir()
    log = folder.with_suffix(".log")
    log.touch()
    environment = {**os.environ, "PYTHONPATH": f"{SCRIPTS}:{Path(__file__).parent}"}

    def started(number: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, str(folder), str(log), str(number), str(SECONDS)]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)

    killed = [started(number) for number in range(count, count + kills)]
    running = [started(number) for number in range(count)]
    for process in killed:
        time.sleep(SECONDS / (kills + 1))
        process.send_signal(signal.SIGKILL)
    said = [process.communicate(timeout=60)[1] for process in (*killed, *running)]
    assert [process.returncode for process in running] == [0] * count, "\n".join(said)
    return Counter(log.read_text().splitlines())


def test_of_many_processes_one_at_a_time_has_a_window(tmp_path: Path) -> None:
    done = at_once(CLAIMS, tmp_path / "state")
    assert done.keys() == {"w0", "w1", "w2"}
    with Ledger(tmp_path / "state" / "deliveries.sqlite") as ledger:
        assert {run["detail"] for run in ledger.runs()} == {"FAILED"}
    assert list((tmp_path / "state" / "running").iterdir()) == []


def test_spill_folders_of_many_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    assert at_once(SPILLS, tmp_path / "spill", kills=3)["spilled"] > 50
    for path in (tmp_path / "spill").glob("*.lock"):
        os.utime(path, (0, 0))
    with folder_of_this_process(tmp_path / "spill"):
        pass
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_file_that_many_write_at_once_is_ever_whole(tmp_path: Path) -> None:
    assert at_once(PARTS, tmp_path / "to", kills=3)["written"] > 20
    remove_part(tmp_path / "to" / "m.csv")
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["m.csv"]


def test_a_lock_of_another_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "state" / "deliveries.sqlite"
    first, second, third = Ledger(path), Ledger(path), Ledger(path)
    assert first.claims.take("w1")
    first.begin(booked("w1"))
    first.fail("w1", "receiver down")
    assert second.claims.take("w1")
    second.begin(booked("w1"))
    first.claims.release("w1")
    assert not third.claims.take("w1")
    third.claims.release("w1")
    third.close_abandoned()
    assert third.run("w1")["state"] == "RUNNING"
    second.complete("w1", 1, 1, "")
    assert third.claims.take("w1")


def test_a_lock_file_that_somebody_put_in_place_of_ours_stays(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = lock(path)
    path.unlink()
    other = lock(path)
    unlock(held, path)
    assert is_locked(path)
    unlock(other, path)
    assert not path.exists()


def test_a_claim_waits_for_who_only_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "state" / "deliveries.sqlite")
    held = lock(tmp_path / "state" / "running" / "w1")
    monkeypatch.setattr("care.runs.claims.time.sleep", lambda seconds: os.close(held))
    assert ledger.claims.take("w1")


def test_locks_of_runs_that_never_began_do_not_stay(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "state" / "deliveries.sqlite")
    running = tmp_path / "state" / "running"
    for name in ("old", "young", "held"):
        (running / name).touch()
    held = lock(running / "held")
    for name in ("old", "held"):
        os.utime(running / name, (time.time() - YOUNG_S - 1,) * 2)
    ledger.close_abandoned()
    assert sorted(path.name for path in running.iterdir()) == ["held", "young"]
    os.close(held)


def test_a_planted_link_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "made elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        lock(tmp_path / "lock")
    assert not (tmp_path / "made elsewhere").exists()
