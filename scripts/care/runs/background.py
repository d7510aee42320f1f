"""A run as a job: found possible first, then done here, or by a process of its own that survives its caller."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

import duckdb

from care.destinations.opening import Destination, Store, destination_for, opened, read_destinations, refuse_impossible
from care.errors import BadArgument, CareError, first_line, is_interruption
from care.export_file.layout import layout_for
from care.locks import folder_of_this_process, unwritable
from care.requests.arguments import refuse_foreign
from care.requests.ask import Asked, bind
from care.requests.checks import rows_with_disabled
from care.runs.ledger import Ledger
from care.runs.run import Finished, Plan, book_start, plan, run_export
from care.settings import PROJECT, Places
from care.warehouse.catalog import Export, build_began, exports_of_family, find_export, open_published, read_exports

SCRIPT = PROJECT / "scripts" / "export.py"


@dataclass(frozen=True)
class Job:
    """What `run` was asked for, as it was typed; `run_ids` by export where they were given out already."""

    export: str | None
    run_all: bool
    asked: Asked
    format: str | None
    columns: str | None
    locale: str | None
    excel: bool
    destination: str
    run_ids: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Job:
        """The job that `asdict` told."""
        return cls(**{**told, "asked": Asked(**told["asked"])})


@dataclass(frozen=True)
class Desk:
    """A job found possible, with all that is needed to do it, open."""

    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    plans: list[Plan]
    warnings: list[str]
    built_at: datetime
    target: Destination

    def do(self, planned: Plan, store: Store, on_bytes: Callable[[int], None]) -> tuple[Finished, list[str]]:
        """Writes one file and brings it to its destination; with it the sentences that warn about its rows."""
        done = run_export(self.connection, self.ledger, planned, self.built_at, on_bytes, store)
        warnings = []
        if planned.request.arguments.get("include_disabled") is False:
            # The file is there: what cannot be counted any more is no reason to fail.
            with suppress(duckdb.Error, CareError):
                session = bind(self.connection.cursor(), planned.request)
                left_out = rows_with_disabled(session, planned.export, done.rows) - done.rows
                if left_out > 0:
                    warnings.append(
                        f"{left_out:,} rows of {planned.export.export} are left out, as their agents are disabled or"
                        " deleted; includeDisabled=true shows them."
                    )
        return done, warnings


@contextmanager
def prepared(job: Job, places: Places, ledger: Ledger) -> Iterator[Desk]:
    """Everything checked, nothing begun. Raises BadArgument or CareError."""
    if job.run_all and job.columns:
        raise BadArgument("--columns is for one export; leave out --all.")
    now = datetime.now(UTC)
    target = destination_for(job.destination, read_destinations(places.destinations))
    refuse_impossible(target)
    with (
        folder_of_this_process(places.state / "spill") as spill,
        open_published(places.published, spill) as connection,
    ):
        built_at, _ = build_began(connection, places.published)
        ledger.close_abandoned()
        known = read_exports(connection)
        exports = _chosen(known, job.export, job.run_all)
        refuse_foreign(known, exports, job.asked.arguments)
        looks = {"format": job.format, "columns": job.columns, "locale": job.locale, "excel": job.excel}
        layout = functools.partial(layout_for, **looks)
        plans, warnings = plan(connection, exports, job.asked, layout, job.destination, now)
        plans = [replace(one, given_run_id=job.run_ids.get(one.export.name)) for one in plans]
        yield Desk(connection, ledger, plans, warnings, built_at, target)


def start(job: Job, desk: Desk, places: Places) -> list[Plan]:
    """Books the runs of a job and starts a process that does them; returns them, each with its id.

    The process inherits the locks by which the ledger knows a run that is alive, so it never looks abandoned.
    """
    plans = [replace(one, given_run_id=one.run_id) for one in desk.plans]
    told = asdict(replace(job, run_ids={one.export.name: one.run_id for one in plans}))
    with _log(places, [one.run_id for one in plans]) as sink:
        for one in plans:
            book_start(desk.ledger, one, desk.built_at)
        locks = {one.run_id: desk.ledger.hand_over(one.run_id) for one in plans}
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
    desk.ledger.let_go(locks.values())
    # Nobody waits for it: it lives on when this process ends.
    process.returncode = 0
    return plans


def work(text: str, places: Places, progress: Callable[[Finished, list[str]], None]) -> None:
    """Does the job that `start` told. Raises CareError where a run failed, after booking each that did."""
    told = json.loads(text)
    job, failed = Job.from_json(told["job"]), []
    with Ledger(places.ledger) as ledger, ExitStack() as stack:
        ledger.adopt(told["locks"])
        try:
            desk = stack.enter_context(prepared(job, places, ledger))
            store = stack.enter_context(opened(desk.target))
            for one in desk.plans:
                try:
                    progress(*desk.do(one, store, lambda count: None))
                except CareError as error:
                    failed.append(f"{one.export.name}: {error}")
        except BaseException as error:
            for run_id in ledger.held():
                ledger.fail(run_id, "interrupted" if is_interruption(error) else first_line(error))
            raise
    if failed:
        raise CareError("; ".join(failed))


def _chosen(exports: list[Export], name: str | None, run_all: bool) -> list[Export]:
    if run_all:
        return exports_of_family(exports, name)
    if name is None:
        raise BadArgument("name an EXPORT, or add --all for every export of a family.")
    return [find_export(exports, name)]


def _log(places: Places, run_ids: list[str]) -> BinaryIO:
    """The new file that runs in the background write together, found under each one's name. Raises CareError."""
    folder = places.state / "jobs"
    first, *others = [folder / f"{run_id}.log" for run_id in run_ids]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in others:
            other.symlink_to(first.name)
        return first.open("xb")
    except OSError as error:
        raise unwritable(folder, error) from error
