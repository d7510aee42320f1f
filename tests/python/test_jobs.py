"""A run in the background has two ids and a process of its own, and never stays RUNNING for ever."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from fsspec.registry import known_implementations

from care.requests.request import Asked
from care.runs import background
from care.runs.ledger import Ledger
from care.settings import settings_of
from small_khoros import DAY, make_three_families, vendors
from test_export_cli import SCRIPT, Shell, shell
from test_ledger import booked

__all__ = ["shell", "vendors"]

# So many rows take longer than a test needs to look.
SLOW = (
    "create or replace view khoros_care.response as"
    " select org_id, md5(i::varchar) as response_id, window_start as response_published_date"
    " from request.request cross join range(50000000) as numbers (i)"
)


def state_of(shell: Shell, *ids: str) -> dict[str, Any]:
    """The output of `status` about a run."""
    return json.loads(shell("status", *ids, "--json"))


def closed(shell: Shell, run_id: str) -> dict[str, Any]:
    """The output of `status` once the run is over."""
    deadline = time.monotonic() + 60
    while (found := state_of(shell, run_id))["runnerState"] == "RUNNING":
        assert found["detail"] == ""
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found["runnerState"] == "CLOSED"
    return found


def in_background(shell: Shell, *arguments: str) -> dict[str, Any]:
    """The ids of a run that was started."""
    return json.loads(shell("run", *arguments, "--background", "--json"))


def test_a_run_in_the_background_is_told_by_two_ids(shell: Shell, vendors: Path) -> None:
    started = in_background(shell, "response", *DAY)
    assert started == {
        "workflow_id": "ffb5ca50-eb02-5dba-b03b-95988723efc3", "run_id": started["run_id"], "runner_state": "RUNNING",
        "detail": "", "warnings": [],
    }  # fmt: skip
    assert uuid.UUID(started["run_id"]).version == 4
    found = closed(shell, started["run_id"])
    assert (found["detail"], found["reason"], found["attempts"], found["rows"]) == ("COMPLETED", None, 1, 1)
    assert state_of(shell, started["workflow_id"], started["run_id"]) == found
    assert Path(found["file"]).name == f"response-{started['run_id']}.json"
    said = json.loads((shell.folder / "state" / "jobs" / f"{started['run_id']}.log").read_text("utf-8"))
    assert (said["run_id"], said["detail"]) == (started["run_id"], "COMPLETED")
    path = Path(shell("download", started["workflow_id"], started["run_id"], "--destination", "./got/").strip())
    assert path == shell.folder / "got" / f"response-{started['run_id']}.json"
    assert path.read_bytes() == Path(found["file"]).read_bytes()
    assert "exists already" in shell.refused("download", started["run_id"], "--destination", "./got/")
    assert [run["run_id"] for run in json.loads(shell("runs", "--json"))] == [started["run_id"]]


def test_people_are_told_the_ids_on_two_lines(shell: Shell, vendors: Path) -> None:
    lines = [line.split("\t") for line in shell("run", "response", *DAY, "--background").splitlines()]
    assert [name for name, _ in lines] == ["workflow_id", "run_id"]
    closed(shell, lines[1][1])
    assert f"runnerState\tCLOSED\nrun_id\t{lines[1][1]}\n" in shell("status", lines[1][1])


def test_every_family_runs_in_the_background(shell: Shell, vendors: Path) -> None:
    march = ("--org", "acme", "--from", "2025-03-01", "--to", "2025-04-01")
    asked = (*march, "--timezone", "Europe/Brussels", "--channel", "ch-1", "--columns", "message_id,created_at")
    here = json.loads(shell("run", "message", *asked, "--json"))
    there = in_background(shell, "message", *asked, "--locale", "en")
    assert there["workflow_id"] == here["workflow_id"]
    found = closed(shell, there["run_id"])
    assert (found["sha256"], found["rows"]) == (here["sha256"], here["rows"])
    both = [
        json.loads(line)
        for line in shell("run", "--all", "sparkcentral", *march, "--background", "--json").splitlines()
    ]
    assert len({one["workflow_id"] for one in both}) == len({one["run_id"] for one in both}) == 2
    assert [closed(shell, one["run_id"])["detail"] for one in both] == ["COMPLETED", "COMPLETED"]
    for one in both:
        assert one["run_id"] in (shell.folder / "state" / "jobs" / f"{one['run_id']}.log").read_text("utf-8")


def test_two_runs_of_one_request_at_once_are_two_files(shell: Shell, vendors: Path) -> None:
    pair = [in_background(shell, "response", *DAY) for _ in range(2)]
    assert pair[0]["workflow_id"] == pair[1]["workflow_id"]
    files = {closed(shell, one["run_id"])["file"] for one in pair}
    assert len(files) == 2
    assert len({Path(file).read_bytes() for file in files}) == 1


@pytest.mark.parametrize("ids", [("1234",), ("a", "b"), ("ffb5ca50-eb02-5dba-b03b-95988723efc3",)])
def test_an_unknown_run_is_refused(shell: Shell, vendors: Path, ids: tuple[str, ...]) -> None:
    done = json.loads(shell("run", "response", *DAY, "--json"))
    for command in ("status", "download"):
        assert shell.refused(command, *ids) == f"unknown run '{' '.join(ids)}'"
        assert shell.refused(command, "a", done["run_id"]) == f"unknown run 'a {done['run_id']}'"
        assert "name one run" in shell.refused(command, "a", "b", "c")


def test_a_run_that_fails_says_why(shell: Shell) -> None:
    make_three_families(
        shell.folder / "warehouse",
        "create or replace view khoros_care.response as select org_id, error('broken view') as response_id,"
        " window_start as response_published_date from request.request",
    )
    found = closed(shell, in_background(shell, "response", *DAY)["run_id"])
    assert found["detail"] == "FAILED"
    assert "broken view" in found["reason"]
    assert "made no file" in shell.refused("download", found["run_id"])


def test_a_run_that_is_not_possible_any_more_says_so(
    shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warehouse is gone between the check and the run."""
    script = shell.folder / "late.py"
    command = f"[sys.executable, {str(SCRIPT)!r}, 'work']"
    script.write_text(f"import os, sys\nos.remove({str(vendors)!r})\nos.execv(sys.executable, {command})", "utf-8")
    monkeypatch.setattr(background, "SCRIPT", script)
    found = closed(shell, in_background(shell, "response", *DAY)["run_id"])
    assert (found["detail"], found["attempts"]) == ("FAILED", 0)
    assert "there is no published warehouse" in found["reason"]


def test_a_run_that_cannot_write_says_so(shell: Shell, vendors: Path) -> None:
    (shell.folder / "out" / "khoros_care").mkdir(parents=True)
    (shell.folder / "out" / "khoros_care" / "acme").touch()
    found = closed(shell, in_background(shell, "response", *DAY, "--destination", "./out/")["run_id"])
    assert found["detail"] == "FAILED"
    assert "cannot be written" in found["reason"]


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_whose_process_is_gone_has_failed(shell: Shell, stop: signal.Signals) -> None:
    make_three_families(shell.folder / "warehouse", SLOW)
    command = [sys.executable, str(SCRIPT), "run", "response", *DAY, "--background", "--json"]
    caller = subprocess.run(command, capture_output=True, text=True, check=True)
    run_id = json.loads(caller.stdout)["run_id"]
    deadline = time.monotonic() + 60
    while not list(shell.folder.glob("export/khoros_care/acme/.*.part")):
        assert state_of(shell, run_id)["runnerState"] == "RUNNING"
        assert time.monotonic() < deadline
        time.sleep(0.1)
    found = state_of(shell, run_id)
    assert (found["runnerState"], found["detail"]) == ("RUNNING", "")
    assert f"the run {run_id} is still running" in shell.refused("download", run_id)
    assert os.getsid(found["pid"]) == found["pid"] != os.getsid(0)
    os.kill(found["pid"], stop)
    found = closed(shell, run_id)
    reason = "the process ended before the run did" if stop == signal.SIGKILL else "interrupted"
    assert (found["detail"], found["reason"]) == ("FAILED", reason)
    assert [path for path in (shell.folder / "export").rglob("*") if path.is_file()] == []


def test_the_same_request_has_the_same_workflow_however_it_is_typed(shell: Shell, vendors: Path) -> None:
    def workflow(*arguments: str) -> str:
        return json.loads(shell("run", "response", "--org", "acme", *arguments, "--json"))["workflow_id"]

    same = {
        workflow(*DAY[2:]),
        workflow(
            "--from", "2025-03-03", "--to", "2025-03-04", "--locale", "en", "--format", "json", "--timezone", "UTC"
        ),
        workflow(*DAY[2:], "--enable-business-hour", "false", "--destination", "./elsewhere/"),
    }
    assert same == {"ffb5ca50-eb02-5dba-b03b-95988723efc3"}
    assert workflow(*DAY[2:], "--priorities", "3,1,3") == workflow(*DAY[2:], "--priorities", "1,3")
    metrics = ("response_id", "response_published_date")
    assert workflow(*DAY[2:], "--columns", ",".join(metrics)) != workflow(
        *DAY[2:], "--columns", ",".join(metrics[::-1])
    )
    assert workflow(*DAY[2:], "--timezone-offset", "0") not in same


def test_a_file_is_fetched_to_wherever_files_are_delivered(
    shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a folder, to a destination by its name, to a URL; nothing is replaced there."""
    places = shell.folder / "destinations.yml"
    places.write_text("checked: {url: got, verify: read-back}", "utf-8")
    monkeypatch.setenv("CARE_DESTINATIONS", str(places))
    done = json.loads(shell("run", "response", *DAY, "--json"))
    content = Path(done["path"]).read_bytes()
    for destination, folder in (("checked", "got"), (f"file://{shell.folder}/url", "url"), (".", ".")):
        path = Path(shell("download", done["run_id"], "--destination", destination).strip())
        assert path == shell.folder / folder / Path(done["path"]).name
        assert path.read_bytes() == content
        assert "exists already" in shell.refused("download", done["run_id"], "--destination", destination)
    place = shell("download", done["run_id"], "--destination", "memory://box").strip()
    assert place.startswith("memory://") and place.endswith(f"/{Path(done['path']).name}")


@pytest.mark.parametrize(("folder", "how"), [("spill", ()), ("jobs", ("--background",)), ("running", ())])
def test_a_part_of_the_state_folder_that_cannot_be_written_is_said_before_anything_is_booked(
    shell: Shell, vendors: Path, folder: str, how: tuple[str, ...]
) -> None:
    shell("runs")
    place = shell.folder / "state" / folder
    if place.exists():
        place.rmdir()
    place.touch()
    sentence = shell.refused("run", "response", *DAY, *how, code=1)
    assert "set CARE_STATE to a folder of yours" in sentence
    place.unlink()
    assert json.loads(shell("runs", "--json")) == []


def test_a_lock_that_cannot_be_had_is_said(shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("care.runs.claims.lock", denied)
    assert shell.refused("run", "response", *DAY, code=1) == (
        f"{shell.folder / 'state' / 'running'} cannot be written (Permission denied); set CARE_STATE to a folder of"
        " yours."
    )
    assert json.loads(shell("runs", "--json")) == []


@pytest.mark.parametrize(
    ("destination", "sentence"),
    [
        ("foo://bar", "foo://bar: Protocol not known: foo"),
        ("gone://bar/x", "gone://bar/x: gone:// needs a package that is missing: Install gone"),
        ("unset", "the destination 'unset' needs the environment variable CARE_NOT_SET, which is unset; set it."),
        ("sftp:///x", "the destination 'sftp:///x' is not a URL of a server"),
        ("", "--destination is empty; give a name"),
    ],
)
def test_a_destination_that_cannot_be_is_refused_before_anything_is_booked(
    shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch, destination: str, sentence: str
) -> None:
    monkeypatch.setitem(known_implementations, "gone", {"class": "no_such_module.Gone", "err": "Install gone"})
    places = shell.folder / "destinations.yml"
    places.write_text("unset: {url: 'sftp://${CARE_NOT_SET}/in', user: care}", "utf-8")
    monkeypatch.setenv("CARE_DESTINATIONS", str(places))
    for how in ((), ("--background",)):
        assert shell.refused("run", "response", *DAY, "--destination", destination, *how).startswith(sentence)
    assert json.loads(shell("runs", "--json")) == []
    if not destination:
        done = json.loads(shell("run", "response", *DAY, "--json"))
        assert shell.refused("download", done["run_id"], "--destination", "").startswith(sentence)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError("no memory is left\nat all"), "no memory is left"),
        (KeyboardInterrupt(), "interrupted"),
        (RuntimeError("Query interrupted"), "interrupted"),
    ],
)
def test_a_process_that_fails_says_of_what(
    shell: Shell, vendors: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, reason: str
) -> None:
    def fail(*ignored: Any) -> Any:
        raise error

    monkeypatch.setattr(background, "prepared", fail)
    job = background.Job("response", False, Asked("acme"), None, None, None, False, "export")
    with Ledger(settings_of().ledger) as ledger:
        ledger.begin(booked("r1"))
        told = {"job": asdict(job), "locks": {"r1": ledger.claims.hand_over("r1")}}
    with pytest.raises(type(error)):
        background.work(json.dumps(told), settings_of(), lambda done, warnings: None)
    assert (state_of(shell, "r1")["detail"], state_of(shell, "r1")["reason"]) == ("FAILED", reason)
