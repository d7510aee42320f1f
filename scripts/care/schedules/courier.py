"""Delivers all due windows, each once: plans them from the ledger, writes files and sends them to destinations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import duckdb

from care.destinations.destination import Destination
from care.destinations.opening import opened
from care.destinations.transfer import OpenDestination
from care.errors import BadArgument, CareError, first_line, is_interruption, unknown
from care.export_file.layout import layout_for
from care.requests.arguments import read_arguments
from care.requests.ask import check_channels, known_org, latest_event
from care.requests.request import Request
from care.runs.ledger import Ledger, Overtaken
from care.runs.plan import Plan
from care.runs.run import Finished, book_failure, correct_export, run_export, send_again
from care.schedules.backlog import Backlog, Task, booked_task, merged
from care.schedules.schedule import Schedule
from care.times import Moment
from care.warehouse.catalog import Export, find_export

# A window that is later than this is overdue.
OVERDUE = timedelta(hours=1)
# At most this many windows are counted or listed.
LIMIT = 10_000


# The action on a window; it gets the open destinations.
Action = Callable[["Stores", Task], Finished | None]


def overdue(backlogs: Iterable[Backlog], now: datetime) -> list[Task]:
    """The windows that were due an hour ago and are not delivered, oldest first, and no more than one beyond LIMIT."""
    return list(islice(merged(backlogs, now - OVERDUE), LIMIT + 1))


def to_correct(
    ledger: Ledger, schedules: Iterable[Schedule], now: datetime, length: timedelta, built_at: datetime
) -> list[Task]:
    """The delivered windows that ended within `length` before now, and were written from an older database."""
    since = (now - length).isoformat() if length < now - datetime.min.replace(tzinfo=UTC) else ""
    tasks = [
        booked_task(schedule, run)
        for schedule in schedules
        for run in ledger.delivered(schedule.line, since)
        if datetime.fromisoformat(run["window_end"]) <= now
        and datetime.fromisoformat(run["database_built_at"]) < built_at
    ]
    return sorted(tasks, key=lambda task: task.order)


def to_finish(ledger: Ledger, schedules: Iterable[Schedule]) -> list[Task]:
    """The delivered windows whose replacement was interrupted, because the process was killed or failed."""
    return [booked_task(schedule, run) for schedule in schedules for run in ledger.resending(schedule.line)]


def to_send_again(ledger: Ledger, schedule: Schedule, start: Moment, end: Moment) -> list[Task]:
    """The delivered windows of a schedule that overlap a span of time. Raises BadArgument if there are none."""
    if end.instant <= start.instant:
        raise BadArgument("--to is not after --from.")
    found = ledger.delivered(schedule.line, start.instant.isoformat(), end.instant.isoformat())
    if not found:
        raise BadArgument(
            f"{schedule.name} has delivered nothing from {start.instant.isoformat()} to {end.instant.isoformat()};"
            " what is due and was never delivered goes with `deliver` alone."
        )
    return [booked_task(schedule, run) for run in found]


def run_to_send_again(ledger: Ledger, schedules: Iterable[Schedule], run_id: str) -> Task:
    """The delivered window of that run. Raises BadArgument if its schedule does not exist."""
    run = ledger.run(run_id)
    if not run["schedule"]:
        raise BadArgument(f"the run {run_id} is of no schedule; ask for its export again with `run`.")
    if run["detail"] != "COMPLETED":
        raise BadArgument(f"the run {run_id} has delivered nothing; its window goes with `deliver` as soon as it can.")
    for schedule in schedules:
        line = schedule.line
        if run["schedule"] in line.names and (run["org_id"], run["export"]) == (line.org_id, line.export):
            return booked_task(schedule, run)
    raise BadArgument(
        f"the schedule {run['schedule']} of run {run_id} is no longer there, or sends another export or org now; ask"
        f" for {run['export']} of {run['org_id']} with `run`."
    )


@dataclass
class Outcome:
    """A notice for every window that was delivered or failed, and the first window of each schedule that is held."""

    news: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    waiting: list[Task] = field(default_factory=list)

    @property
    def failed(self) -> list[str]:
        """The schedules that failed, by name."""
        return sorted({one["schedule"] for one in self.news if one["state"] == "failed"})

    def after(self, earlier: Outcome) -> Outcome:
        """This outcome, with earlier notices in front."""
        return replace(self, news=[*earlier.news, *self.news])


class Landed:
    """The newest event of each org in the database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Asks the database once for each org."""
        self._connection = connection
        self._newest: dict[str, datetime | None] = {}

    def newest(self, org_id: str) -> datetime | None:
        """When the org's newest event occurred; None if it has none."""
        if org_id not in self._newest:
            self._newest[org_id] = latest_event(self._connection, org_id)
        return self._newest[org_id]

    def note(self, task: Task) -> str | None:
        """A note if the window ends after the newest event of its org, else None."""
        newest = self.newest(task.schedule.org_id)
        if newest is not None and newest >= task.window.end.instant:
            return None
        return f"{_told(newest)}, before the window's end: what happened since may be missing"

    def held(self, task: Task) -> str | None:
        """The reason why a window is held until events of its org have landed; None if it is not held."""
        org_id = task.schedule.org_id
        if not (task.schedule.hold_until_landed and self.note(task)):
            return None
        return (
            f"held from {task.window.start.instant.isoformat()} on, until an event of {org_id} at or after"
            f" {task.window.end.instant.isoformat()} has landed; {_told(self.newest(org_id))}"
        )


@dataclass
class Courier:
    """Delivers tasks from one database, with one connection a destination."""

    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    exports: list[Export]
    destinations: Mapping[str, Destination]
    built_at: datetime
    progress: Callable[[str], AbstractContextManager[Callable[[int], None]]]
    # Schedules that may not be delivered as they are, each with the sentence that says why.
    barred: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.landed = Landed(self.connection)

    def deliver(
        self,
        backlogs: Iterable[Backlog],
        until: datetime,
        unfinished: Iterable[Task] = (),
        corrections: Iterable[Task] = (),
    ) -> Iterator[Outcome | dict[str, Any]]:
        """Delivers what is due until an instant, oldest first, then what was not sent again to the end, then
        corrections; yields each piece of news, and the outcome last.

        A window that fails ends its schedule for this time, so that files come in their order; the others go on.
        """
        outcome = Outcome()
        by_name = {backlog.schedule.name: backlog for backlog in backlogs}
        with ExitStack() as stack:
            stores = Stores(self.destinations, stack)
            for task in merged(by_name.values(), until):
                held = self._held(task)
                if held:
                    outcome.held[task.schedule.name] = held
                    by_name[task.schedule.name].is_stopped = True
                elif news := self._news(stores, task, self._deliver, "delivered"):
                    outcome.news.append(news)
                    by_name[task.schedule.name].is_stopped = news["state"] == "failed"
                    yield news
            for backlog in by_name.values():
                if backlog.broken:
                    outcome.news.append(news := schedule_failed(backlog.schedule.name, backlog.broken))
                    yield news
            yield from self._again(stores, unfinished, outcome, self._send_again, "sent again")
            yield from self._again(stores, corrections, outcome, self._correct, "corrected")
        yield outcome

    def send_again(self, tasks: Iterable[Task]) -> Iterator[Outcome | dict[str, Any]]:
        """Sends delivered windows once more under their names; yields each piece of news, and the outcome last."""
        outcome = Outcome()
        with ExitStack() as stack:
            yield from self._again(Stores(self.destinations, stack), tasks, outcome, self._send_again, "sent again")
        yield outcome

    def refusal(self, task: Task) -> str | None:
        """The sentence with which a window would be refused before anything is written, if it would be."""
        try:
            self._plan(task)
            named(self.destinations, task.schedule.destination)
        except Exception as error:
            if is_interruption(error):
                raise
            return _sentence(task, error)
        return None

    def _again(
        self, stores: Stores, tasks: Iterable[Task], outcome: Outcome, do: Action, state: str
    ) -> Iterator[dict[str, Any]]:
        for task in tasks:
            if task.schedule.name in outcome.failed:
                continue
            # Events that landed after the build began may belong to the window and would be missing for ever.
            if task.due_at > self.built_at:
                outcome.waiting.append(task)
                continue
            news = self._news(stores, task, do, state)
            if news:
                outcome.news.append(news)
                yield news

    def _held(self, task: Task) -> str | None:
        """Why a window waits for its org's events, if its schedule asks for that and they have not landed."""
        if not task.schedule.hold_until_landed:
            return None
        # Planning the window reports errors of the org.
        with suppress(CareError, duckdb.Error, ArithmeticError):
            return self.landed.held(task)
        return None

    def _news(self, stores: Stores, task: Task, do: Action, state: str) -> dict[str, Any] | None:
        """The result of a window; None if another process handles it or there was nothing to do.

        Any error counts against this window only.
        """
        claimed, attempts = False, 0
        try:
            claimed = self.ledger.claims.take(task.run_id)
            if not claimed:
                return None
            attempts = self.ledger.attempts(task.run_id)
            done = do(stores, task)
        except Overtaken:
            return None
        except Exception as error:
            if is_interruption(error):
                raise
            reason = _sentence(task, error)
            return task.facts | {"state": "failed", "reason": self._booked(task, attempts, reason)}
        finally:
            if claimed:
                self.ledger.claims.release(task.run_id)
        return done and task.facts | {"state": state, "note": self.note(task), **done.as_dict()}

    def _booked(self, task: Task, attempts: int, reason: str) -> str:
        """Records why a window failed, unless its run did; returns the sentence, with any error of the recording."""
        try:
            if task.booked:
                self.ledger.remark(task.run_id, reason)
            elif self.ledger.attempts(task.run_id) == attempts:
                book_failure(self.ledger, task.facts, task.schedule.destination, self.built_at, reason)
        except CareError as error:
            return f"{reason} It could not be booked either: {error}"
        return reason

    def _deliver(self, stores: Stores, task: Task) -> Finished | None:
        if self.ledger.is_delivered(task.run_id):
            # Another process was quicker.
            return None
        planned, store = self._plan(task), stores.store(task.schedule.destination)
        with self.progress(task.schedule.name) as on_bytes:
            return run_export(self.connection, self.ledger, planned, self.built_at, on_bytes, store)

    def _correct(self, stores: Stores, task: Task) -> Finished | None:
        assert task.booked
        planned, store = self._plan(task), stores.store(task.schedule.destination)
        with self.progress(task.schedule.name) as on_bytes:
            return correct_export(self.connection, self.ledger, planned, task.booked, self.built_at, on_bytes, store)

    def _send_again(self, stores: Stores, task: Task) -> Finished | None:
        assert task.booked
        planned, store = self._plan(task), stores.store(task.schedule.destination)
        with self.progress(task.schedule.name) as on_bytes:
            return send_again(self.connection, self.ledger, planned, task.booked, self.built_at, on_bytes, store)

    def _plan(self, task: Task) -> Plan:
        """The run of a window: what a person would have asked for at its end. Raises CareError."""
        schedule, window = task.schedule, task.window
        if schedule.name in self.barred:
            raise CareError(self.barred[schedule.name])
        export = find_export(self.exports, schedule.export)
        if schedule.restate_days is not None and export.bucket is None:
            raise CareError(f"{export.name} has no days that are delivered again; take restate_days out of its entry.")
        org_id = known_org(self.connection, schedule.org_id)
        request = Request(org_id, schedule.zone.key, channels=schedule.channels, delivery="scheduled")
        check_channels(self.connection, request)
        texts = {"locale": schedule.locale} if schedule.locale else {}
        request = replace(request, arguments=read_arguments(export, texts))
        if export.has_window:
            covered = schedule.covered(window)
            request = replace(request, window_start=covered.start, window_end=covered.end)
        elif export.has_as_of:
            request = replace(request, as_of=window.end)
        layout = layout_for(
            self.connection, export, format=schedule.format, columns=schedule.columns, locale=schedule.locale
        )
        return Plan(
            export,
            request,
            layout,
            schedule.destination,
            window.end.instant,
            task.facts,
            manifest=named(self.destinations, schedule.destination).manifest,
            formerly=schedule.formerly,
            newest_event_at=self.landed.newest(org_id),
            note=self.note(task),
        )

    def note(self, task: Task) -> str | None:
        """The note about a window for its receiver."""
        notes = [task.note, self.landed.note(task)]
        return "; ".join(note for note in notes if note) or None


def _told(newest: datetime | None) -> str:
    return f"the newest event is of {newest.isoformat()}" if newest else "no event is there"


def _sentence(task: Task, error: Exception) -> str:
    if isinstance(error, CareError):
        return str(error)
    return f"{task.schedule.export} cannot be delivered: {first_line(error)} ({type(error).__name__})."


def schedule_failed(name: str, reason: str) -> dict[str, Any]:
    """The notice about a schedule that failed before its windows were known."""
    return {"run_id": None, "schedule": name, "window_start": None, "window_end": None, "state": "failed",
            "reason": reason}  # fmt: skip


class Stores:
    """The destinations that were opened, each once; one that could not be opened is not tried again."""

    def __init__(self, destinations: Mapping[str, Destination], stack: ExitStack) -> None:
        """Opens them as they are asked for; `stack` closes them."""
        self._destinations, self._stack = destinations, stack
        self._opened: dict[str, OpenDestination | CareError] = {}

    def store(self, name: str) -> OpenDestination:
        """The open destination of that name. Raises CareError."""
        if name not in self._opened:
            try:
                self._opened[name] = self._stack.enter_context(opened(named(self._destinations, name)))
            except CareError as error:
                self._opened[name] = error
        found = self._opened[name]
        if isinstance(found, CareError):
            raise found
        return found


def named(destinations: Mapping[str, Destination], name: str) -> Destination:
    """The destination of that name. Raises BadArgument."""
    if name not in destinations:
        raise unknown("destination", name, destinations)
    return destinations[name]
