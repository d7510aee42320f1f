"""Does a job in a process of its own, which survives the one that started it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import BinaryIO

from care.destinations.opening import opened
from care.errors import CareError, first_line, is_interruption
from care.locks import unwritable
from care.runs.ledger import Ledger
from care.runs.plan import Plan
from care.runs.prepare import Job, PreparedJob, prepared
from care.runs.run import Finished, book_start
from care.settings import PROJECT, Settings

SCRIPT = PROJECT / "scripts" / "export.py"


def start(job: Job, ready: PreparedJob, settings: Settings) -> list[Plan]:
    """Records the runs of a job and starts a process that does them; returns them, each with its id.

    The process inherits the locks by which the ledger knows a run that is alive, so it never looks abandoned.
    """
    plans = [replace(one, given_run_id=one.run_id) for one in ready.plans]
    told = asdict(replace(job, run_ids={one.export.name: one.run_id for one in plans}))
    with _log(settings, [one.run_id for one in plans]) as sink:
        for one in plans:
            book_start(ready.ledger, one, ready.built_at)
        locks = {one.run_id: ready.ledger.claims.hand_over(one.run_id) for one in plans}
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "work"],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            pass_fds=list(locks.values()),
            start_new_session=True,
        )
        assert process.stdin
        with process.stdin as pipe:
            pipe.write(json.dumps({"job": told, "locks": locks}).encode())
    ready.ledger.claims.let_go(locks.values())
    # This process does not wait for it: it lives on when this process ends.
    process.returncode = 0
    return plans


def work(text: str, settings: Settings, progress: Callable[[Finished, list[str]], None]) -> None:
    """Does the job that `start` has sent. Raises CareError if a run failed, after recording each failure."""
    told = json.loads(text)
    job, failed = Job.from_json(told["job"]), []
    with Ledger(settings.ledger) as ledger, ExitStack() as stack:
        ledger.claims.adopt(told["locks"])
        try:
            ready = stack.enter_context(prepared(job, settings, ledger))
            store = stack.enter_context(opened(ready.target))
            for one in ready.plans:
                try:
                    progress(*ready.do(one, store, lambda count: None))
                except CareError as error:
                    failed.append(f"{one.export.name}: {error}")
        except BaseException as error:
            for run_id in ledger.claims.held():
                ledger.fail(run_id, "interrupted" if is_interruption(error) else first_line(error))
            raise
    if failed:
        raise CareError("; ".join(failed))


def _log(settings: Settings, run_ids: list[str]) -> BinaryIO:
    """The new file that runs in the background write together, found under each one's name. Raises CareError."""
    folder = settings.state / "jobs"
    first, *others = [folder / f"{run_id}.log" for run_id in run_ids]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in others:
            other.symlink_to(first.name)
        return first.open("xb")
    except OSError as error:
        raise unwritable(folder, error) from error
